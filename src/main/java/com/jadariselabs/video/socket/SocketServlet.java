package com.jadariselabs.video.socket;

import com.jadariselabs.video.auth.Caller;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.util.Blocker;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.Configuration;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeRequest;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeResponse;
import org.eclipse.jetty.websocket.core.server.WebSocketMappings;
import org.eclipse.jetty.websocket.core.server.WebSocketNegotiator;
import org.jspecify.annotations.Nullable;

/**
 * Lets callers in at {@code /api/socket}: everything is decided before the upgrade. Speaks to
 * Jetty's core API, which keeps nothing of the request once it is upgraded, and frames bytes that
 * many sockets share.
 */
final class SocketServlet extends HttpServlet {
  private static final long serialVersionUID = 1;
  private static final String PROTOCOL = "video.v1";
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int OUTPUT_BUFFER_BYTES = 8 * 1024;

  private final transient Admission admission;
  private final transient Places places;
  private final transient Services services;
  private final transient Clock clock;
  private final transient ClientMessages messages = new ClientMessages();

  SocketServlet(Admission admission, Places places, Services services, Clock clock) {
    this.admission = admission;
    this.places = places;
    this.services = services;
    this.clock = clock;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    long now = System.nanoTime();
    if (!request.getMethod().equals("GET")) {
      response.setHeader("Allow", "GET");
      response.sendError(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
      return;
    }
    if (!admission.originAllowed(request)) {
      response.sendError(HttpServletResponse.SC_FORBIDDEN, "this origin is not allowed");
      return;
    }
    List<String> protocols = subProtocols(request);
    Optional<Caller> caller = admission.caller(request, protocols);
    if (caller.isEmpty()) {
      Admission.refuse(response, tokenGiven(request, protocols));
      return;
    }
    String userId = caller.get().userId();
    if (!places.take(userId)) {
      response.setHeader("Retry-After", "5");
      response.sendError(TOO_MANY_REQUESTS, "too many sockets");
      return;
    }
    PlainSocket socket =
        new PlainSocket(caller.get(), services, messages, clock, now, () -> places.leave(userId));
    boolean upgraded = false;
    try {
      upgraded = upgrade(request, socket);
    } finally {
      if (!upgraded) {
        socket.leave();
      }
    }
    if (!upgraded && !response.isCommitted()) {
      response.sendError(HttpServletResponse.SC_BAD_REQUEST, "a WebSocket upgrade is expected");
    }
  }

  private boolean upgrade(HttpServletRequest request, PlainSocket socket) throws IOException {
    ServletContextRequest core = ServletContextRequest.getServletContextRequest(request);
    WebSocketMappings mappings = WebSocketMappings.getMappings(core.getServletContextHandler());
    if (mappings == null || !mappings.getHandshaker().isWebSocketUpgradeRequest(core)) {
      return false;
    }
    try (Blocker.Callback callback = Blocker.callback()) {
      Negotiator negotiator = new Negotiator(socket, services.settings());
      if (!mappings.upgrade(negotiator, core, core.getServletContextResponse(), callback, null)) {
        return false;
      }
      callback.block();
      return true;
    }
  }

  private static List<String> subProtocols(HttpServletRequest request) {
    return Collections.list(request.getHeaders("Sec-WebSocket-Protocol")).stream()
        .flatMap(header -> Arrays.stream(header.split(",")))
        .map(String::strip)
        .toList();
  }

  private static boolean tokenGiven(HttpServletRequest request, List<String> protocols) {
    return request.getHeader("Authorization") != null
        || request.getParameter("ticket") != null
        || protocols.stream().anyMatch(protocol -> !protocol.equals(PROTOCOL));
  }

  /** Chooses our sub-protocol, never the one that carries the token, and no extension. */
  private record Negotiator(PlainSocket socket, SocketSettings settings)
      implements WebSocketNegotiator {

    @Override
    public @Nullable FrameHandler negotiate(
        ServerUpgradeRequest request, ServerUpgradeResponse response, Callback callback) {
      if (request.hasSubProtocol(PROTOCOL)) {
        response.setAcceptedSubProtocol(PROTOCOL);
      }
      response.setExtensions(List.of());
      return socket;
    }

    @Override
    public void customize(Configuration configuration) {
      configuration.setMaxFrameSize(settings.maxMessageBytes());
      configuration.setAutoFragment(false);
      configuration.setOutputBufferSize(OUTPUT_BUFFER_BYTES);
      configuration.setIdleTimeout(settings.pingEvery().multipliedBy(4));
    }
  }
}
