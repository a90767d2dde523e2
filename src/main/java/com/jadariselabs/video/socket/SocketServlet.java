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

/**
 * Lets callers in at {@code /api/socket}: for plain sockets everything is decided before the
 * upgrade; Socket.IO's clients are shown to their door.
 */
final class SocketServlet extends HttpServlet {
  private static final long serialVersionUID = 1;
  private static final int TOO_MANY_REQUESTS = 429;

  private final transient Admission admission;
  private final transient Places places;
  private final transient Services services;
  private final transient Clock clock;
  private final transient ClientMessages messages;
  private final transient Handshake handshake;
  private final transient IoDoor socketIo;

  SocketServlet(
      Admission admission,
      Places places,
      Services services,
      ClientMessages messages,
      IoDoor socketIo,
      Clock clock) {
    this.admission = admission;
    this.places = places;
    this.services = services;
    this.messages = messages;
    this.socketIo = socketIo;
    this.clock = clock;
    this.handshake = new Handshake(services.settings());
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    long now = System.nanoTime();
    boolean io = IoDoor.asks(request);
    if (!request.getMethod().equals("GET") && !(io && request.getMethod().equals("POST"))) {
      response.setHeader("Allow", io ? "GET, POST" : "GET");
      response.sendError(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
      return;
    }
    if (!admission.originAllowed(request)) {
      response.sendError(HttpServletResponse.SC_FORBIDDEN, "this origin is not allowed");
      return;
    }
    if (io) {
      socketIo.service(request, response);
    } else {
      plain(request, response, now);
    }
  }

  private void plain(HttpServletRequest request, HttpServletResponse response, long now)
      throws IOException {
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
      upgraded = handshake.upgrade(request, socket);
    } finally {
      if (!upgraded) {
        socket.leave();
      }
    }
    if (!upgraded && !response.isCommitted()) {
      response.sendError(HttpServletResponse.SC_BAD_REQUEST, "a WebSocket upgrade is expected");
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
        || protocols.stream().anyMatch(protocol -> !protocol.equals(Handshake.PROTOCOL));
  }
}
