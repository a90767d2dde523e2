package com.jadariselabs.video.socket;

import io.socket.engineio.server.EngineIoServer;
import io.socket.engineio.server.EngineIoServerOptions;
import io.socket.engineio.server.EngineIoSocket;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;

/**
 * Socket.IO's clients at the same address: Engine.IO (revision 4) by polling, by WebSocket, and
 * from the one to the other. Everything is looked at before io.socket's engine sees it, which is
 * not made for strangers. Thread-safe.
 */
final class IoDoor implements AutoCloseable {
  private static final String SEPARATOR = "\u001e";
  private static final Pattern PACKET = Pattern.compile("[1-6].*", Pattern.DOTALL);
  private static final Pattern POSTED = Pattern.compile("[1346].*", Pattern.DOTALL);

  /** What binary data begin with in a poll's body. */
  private static final String ATTACHMENT = "b";

  private static final int LONGEST_BODY = 64 * 1024;
  private static final int TOO_MANY_REQUESTS = 429;

  /** So long a stranger may take to say who it is, and so many of them may from one address. */
  private static final long STRANGER_SECONDS = 10;

  private static final int STRANGERS_PER_ADDRESS = 2_000;

  /** The engine tells of a new connection on the thread that brought it. */
  private static final ThreadLocal<@Nullable IoArrival> ARRIVING = new ThreadLocal<>();

  private final Admission admission;
  private final Places places;
  private final Places strangers = new Places(STRANGERS_PER_ADDRESS);
  private final Services services;
  private final Clock clock;
  private final ClientMessages messages;
  private final Handshake handshake;
  private final ScheduledThreadPoolExecutor timer;
  private final EngineIoServer engine;
  private final Map<String, IoClient> clients = new ConcurrentHashMap<>();

  IoDoor(
      Admission admission,
      Places places,
      Services services,
      ClientMessages messages,
      Clock clock,
      ScheduledThreadPoolExecutor timer) {
    this.admission = admission;
    this.places = places;
    this.services = services;
    this.messages = messages;
    this.clock = clock;
    this.timer = timer;
    this.handshake = new Handshake(services.settings());
    EngineIoServerOptions options =
        EngineIoServerOptions.newFromDefault()
            .setCorsHandlingDisabled(true)
            .setPingInterval(services.settings().pingEvery().toMillis());
    options.setScheduledExecutorService(timer);
    this.engine = new EngineIoServer(options);
    engine.on("connection", connected -> welcome((EngineIoSocket) connected[0]));
  }

  /** Whether a Socket.IO client asks, of whatever revision. */
  static boolean asks(HttpServletRequest request) {
    String query = request.getQueryString();
    return query != null && query.contains("EIO=");
  }

  /** Whether the engine can read it without stumbling. */
  static boolean packet(String text) {
    return PACKET.matcher(text).matches();
  }

  /** Answers one; its origin is allowed. */
  void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Fields query =
        Request.extractQueryParameters(ServletContextRequest.getServletContextRequest(request));
    String sid = query.getValue("sid");
    IoClient client = sid == null ? null : clients.get(sid);
    if (!"4".equals(query.getValue("EIO"))) {
      bad(response, "Engine.IO 4 is spoken here: socket.io-client 3 or later");
    } else if (sid != null && client == null) {
      bad(response, "this session is not known, connect again");
    } else if ("websocket".equals(query.getValue("transport"))) {
      open(request, response, query, client);
    } else if (client != null && request.getMethod().equals("POST")) {
      post(client, request, response, sid);
    } else if (!request.getMethod().equals("GET")) {
      bad(response, "connect first");
    } else {
      poll(client, request, response, query);
    }
  }

  @Override
  public void close() {
    engine.shutdown();
    timer.shutdownNow();
  }

  private void welcome(EngineIoSocket socket) {
    IoArrival arrival = ARRIVING.get();
    if (arrival == null) {
      throw new IllegalStateException("nobody came");
    }
    IoClient client = new IoClient(socket, arrival, admission, places, services, messages, clock);
    arrival.became(client);
    clients.put(socket.getId(), client);
    socket.on("close", (closed, why) -> clients.remove(socket.getId()));
    timer.schedule(client::expectSeated, STRANGER_SECONDS, TimeUnit.SECONDS);
  }

  private void poll(
      @Nullable IoClient client,
      HttpServletRequest request,
      HttpServletResponse response,
      Fields query)
      throws IOException {
    IoPoll poll = new IoPoll(request, engineQuery(query.getValue("sid")), response);
    if (client == null) {
      IoArrival arrival = arrive(request, response, query);
      if (arrival != null) {
        enter(arrival, () -> engine.handleRequest(poll, poll.response()));
      }
    } else if (client.out().polled()) {
      client.close(Farewell.NOT_ENGINE_IO);
      bad(response, "one poll at a time");
    } else {
      client.out().comes(poll);
      engine.handleRequest(poll, poll.response());
      client.out().post();
    }
  }

  private void post(
      IoClient client, HttpServletRequest request, HttpServletResponse response, String sid)
      throws IOException {
    Optional<IoPost> post = IoPost.read(request, engineQuery(sid), LONGEST_BODY);
    if (post.isEmpty()) {
      client.close(Farewell.TOO_LARGE);
      response.setHeader("Connection", "close");
      response.sendError(HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE);
      return;
    }
    String body = new String(post.get().body(), StandardCharsets.UTF_8);
    List<String> packets = new ArrayList<>();
    for (String packet : body.split(SEPARATOR, -1)) {
      boolean attachment = packet.startsWith(ATTACHMENT);
      if (!attachment && !POSTED.matcher(packet).matches()) {
        client.close(Farewell.NOT_ENGINE_IO);
        bad(response, "not Engine.IO");
        return;
      }
      if (packet.length() > services.settings().maxMessageBytes()) {
        client.close(Farewell.TOO_LARGE);
        response.sendError(HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE);
        return;
      }
      if (attachment) {
        client.attached();
      } else {
        packets.add(packet);
      }
    }
    if (packets.isEmpty()) {
      response.setContentType("text/html");
      response.getWriter().write("ok");
    } else {
      engine.handleRequest(post.get().saying(String.join(SEPARATOR, packets)), response);
    }
  }

  private void open(
      HttpServletRequest request,
      HttpServletResponse response,
      Fields query,
      @Nullable IoClient client)
      throws IOException {
    IoWire wire;
    IoArrival arrival = null;
    if (client == null) {
      IoArrival arrived = arrive(request, response, query);
      if (arrived == null) {
        return;
      }
      arrival = arrived;
      wire = new IoWire(Map.of("EIO", "4"), services, opened -> begin(opened, arrived));
    } else {
      String sid = query.getValue("sid");
      wire =
          new IoWire(Map.of("EIO", "4", "sid", sid), services, opened -> upgrade(opened, client));
    }
    boolean upgraded = false;
    try {
      upgraded = handshake.upgrade(request, wire);
    } finally {
      if (!upgraded && arrival != null) {
        arrival.leave();
      }
    }
    if (!upgraded && !response.isCommitted()) {
      bad(response, "a WebSocket upgrade is expected");
    }
  }

  private void begin(IoWire wire, IoArrival arrival) throws IOException {
    enter(arrival, () -> engine.handleWebSocket(wire));
    IoClient client = arrival.client();
    if (client != null) {
      wire.belongsTo(client);
      client.out().through(wire);
    }
  }

  private void upgrade(IoWire wire, IoClient client) {
    wire.belongsTo(client);
    engine.handleWebSocket(wire);
    if (!wire.closing()) {
      client.rises(wire);
    }
  }

  private @Nullable IoArrival arrive(
      HttpServletRequest request, HttpServletResponse response, Fields query) throws IOException {
    long now = System.nanoTime();
    String address = request.getRemoteAddr();
    if (!strangers.take(address)) {
      response.setHeader("Retry-After", "5");
      response.sendError(TOO_MANY_REQUESTS, "too many connections are being opened");
      return null;
    }
    Credentials shown =
        new Credentials(null, request.getHeader("Authorization"), query.getValue("ticket"));
    return new IoArrival(shown, now, () -> strangers.leave(address));
  }

  private void enter(IoArrival arrival, Entrance entrance) throws IOException {
    ARRIVING.set(arrival);
    try {
      entrance.enter();
    } finally {
      ARRIVING.remove();
      if (arrival.client() == null) {
        arrival.leave();
      }
    }
  }

  /** What brings a new connection to the engine. */
  private interface Entrance {
    void enter() throws IOException;
  }

  /** What the engine shall read, whatever else a client wrote: its own parser stumbles. */
  private static String engineQuery(@Nullable String sid) {
    return "EIO=4&transport=polling" + (sid == null ? "" : "&sid=" + sid);
  }

  private static void bad(HttpServletResponse response, String why) throws IOException {
    response.sendError(HttpServletResponse.SC_BAD_REQUEST, why);
  }
}
