package com.jadariselabs.video.socket;

import com.google.common.base.Ticker;
import com.jadariselabs.video.auth.Caller;
import com.jadariselabs.video.auth.KeyGrant;
import com.jadariselabs.video.events.EventHub;
import com.jadariselabs.video.events.EventsSettings;
import io.prometheus.client.CollectorRegistry;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jspecify.annotations.Nullable;

/**
 * The realtime door on a real Jetty, over generations in memory. A token is a user's name, with
 * {@code +admin} for an admin and {@code @session} for a session; a ticket is {@code t-} and a
 * token, and good once.
 */
final class Door implements AutoCloseable, Gate {
  static final Instant START = Instant.parse("2026-02-27T18:36:00Z");

  final EventHub hub;
  final MemoryBoard board;
  final CollectorRegistry registry = new CollectorRegistry();
  volatile Instant now = START;
  final Realtime realtime;
  volatile boolean relayUp = true;
  volatile Runnable afterCheck = () -> {};

  /** Where it can be reached, and could. */
  final int usedPort;

  private final Set<String> usedTickets = ConcurrentHashMap.newKeySet();
  private final Server server = new Server();
  private final ServerConnector connector = new ServerConnector(server);

  Door(SocketSettings settings) throws Exception {
    this(settings, EventsSettings.defaults());
  }

  Door(SocketSettings settings, EventsSettings events) throws Exception {
    this(settings, events, 0);
  }

  /** At this port, where another was. */
  Door(SocketSettings settings, EventsSettings events, int port) throws Exception {
    hub = new EventHub(events, Ticker.systemTicker());
    board = new MemoryBoard(hub);
    realtime = new Realtime(hub, board, this, settings, () -> relayUp, clock(), registry);
    connector.setHost("127.0.0.1");
    connector.setPort(port);
    server.addConnector(connector);
    ServletContextHandler context = new ServletContextHandler();
    context.setContextPath("/");
    server.setHandler(context);
    realtime.install(context);
    context.addServlet(new ServletHolder(new BlankPage()), "/page.html");
    server.addEventListener(realtime);
    server.start();
    usedPort = connector.getLocalPort();
  }

  /** Limits that tests reach, paces that they need not wait for. */
  static SocketSettings quick() {
    return paced(4 * 1024 * 1024, Duration.ofSeconds(30), Duration.ofSeconds(25), 2_000);
  }

  static SocketSettings paced(
      int maxQueuedBytes, Duration slowAfter, Duration pingEvery, int messageBurst) {
    return with(20, maxQueuedBytes, slowAfter, pingEvery, messageBurst, Duration.ofSeconds(30));
  }

  static SocketSettings with(
      int socketsPerUser,
      int maxQueuedBytes,
      Duration slowAfter,
      Duration pingEvery,
      int messageBurst,
      Duration reconcileAfter) {
    return new SocketSettings(
        socketsPerUser,
        5,
        Set.of("https://studio.example"),
        16 * 1024,
        maxQueuedBytes,
        slowAfter,
        pingEvery,
        Duration.ofMillis(200),
        Duration.ofMillis(20),
        reconcileAfter,
        messageBurst / 2,
        messageBurst);
  }

  URI socket() {
    return URI.create("ws://127.0.0.1:%d/api/socket".formatted(port()));
  }

  URI http(String path) {
    return URI.create("http://127.0.0.1:%d%s".formatted(port(), path));
  }

  int port() {
    return connector.getLocalPort();
  }

  double metric(String name, String... labels) {
    @Nullable Double value =
        registry.getSampleValue(
            name, labels.length == 0 ? new String[0] : new String[] {"event"}, labels);
    return value == null ? 0 : value.doubleValue();
  }

  @Override
  public Optional<Caller> byToken(String jwt) {
    if (!jwt.matches("[a-z]+(\\+(admin|reads|writes))?(@\\w+)?")) {
      return Optional.empty();
    }
    afterCheck.run();
    String user = jwt.replaceAll("[+@].*", "");
    String session = jwt.contains("@") ? jwt.substring(jwt.indexOf('@') + 1) : "s-" + user;
    return Optional.of(
        new Caller(
            user,
            "free",
            jwt.contains("+admin") ? Set.of("user", "admin") : Set.of("user"),
            session,
            START.plusSeconds(3600),
            key(jwt)));
  }

  private static @Nullable KeyGrant key(String jwt) {
    boolean reads = jwt.contains("+reads");
    boolean writes = jwt.contains("+writes");
    return reads || writes ? new KeyGrant("key_1", reads, writes, null, null, null) : null;
  }

  @Override
  public Optional<Caller> byTicket(String ticket) {
    return ticket.startsWith("t-") && usedTickets.add(ticket)
        ? byToken(ticket.substring(2))
        : Optional.empty();
  }

  /** For scripts to be put in: browsers trust pages that a server of this machine has sent. */
  private static final class BlankPage extends HttpServlet {
    private static final long serialVersionUID = 1;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.setContentType("text/html");
      response.getWriter().print("<!doctype html><title>Blank</title>");
    }
  }

  void stop() {
    LifeCycle.stop(server);
  }

  @Override
  public void close() {
    stop();
    hub.close();
  }

  private Clock clock() {
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }

      @Override
      public Instant instant() {
        return now;
      }
    };
  }
}
