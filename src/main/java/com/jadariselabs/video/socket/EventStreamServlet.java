package com.jadariselabs.video.socket;

import com.jadariselabs.video.auth.Caller;
import com.jadariselabs.video.generation.Snapshot;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One generation's events over plain HTTP: {@code GET …/events?generation_id=…}. */
final class EventStreamServlet extends HttpServlet {
  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(EventStreamServlet.class);
  private static final int TOO_MANY_REQUESTS = 429;

  private final transient Admission admission;
  private final transient Places places;
  private final transient Services services;
  private final transient Clock clock;

  EventStreamServlet(Admission admission, Places places, Services services, Clock clock) {
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
    Optional<Caller> caller = admission.byHeader(request);
    if (caller.isEmpty()) {
      Admission.refuse(response, request.getHeader("Authorization") != null);
      return;
    }
    if (!caller.get().mayRead()) {
      response.sendError(HttpServletResponse.SC_FORBIDDEN, "this API key has no scope read");
      return;
    }
    String id = request.getParameter("generation_id");
    if (id == null) {
      response.sendError(HttpServletResponse.SC_BAD_REQUEST, "generation_id is needed");
      return;
    }
    String userId = caller.get().userId();
    if (!places.take(userId)) {
      response.setHeader("Retry-After", "5");
      response.sendError(TOO_MANY_REQUESTS, "too many event streams");
      return;
    }
    EventStream stream =
        new EventStream(caller.get(), services, clock, now, () -> places.leave(userId));
    boolean open = false;
    try {
      open = open(stream, id, request, response);
    } finally {
      if (!open) {
        stream.leave();
      }
    }
  }

  private boolean open(
      EventStream stream, String id, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Long after = lastEventId(request);
    Optional<Snapshot> snapshot;
    try {
      snapshot =
          ClientMessages.possible(id) ? stream.conversation().follow(id, after) : Optional.empty();
    } catch (RuntimeException e) {
      LOG.warn("An event stream could not begin: {}", e.toString());
      response.setHeader("Retry-After", "2");
      response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
      return false;
    }
    if (snapshot.isEmpty()) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
      return false;
    }
    if (after != null && snapshot.get().terminal() && after == snapshot.get().seq()) {
      response.setStatus(HttpServletResponse.SC_NO_CONTENT); // makes a browser stop coming back
      return false;
    }
    response.setContentType("text/event-stream;charset=utf-8");
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("X-Accel-Buffering", "no");
    stream.open(request.startAsync(request, response));
    return true;
  }

  /** Where the client has got to; null when it has nothing, or says something else. */
  private static @Nullable Long lastEventId(HttpServletRequest request) {
    String header = request.getHeader("Last-Event-ID");
    if (header == null || !header.matches("\\d{1,18}")) {
      return null;
    }
    return Long.valueOf(header);
  }
}
