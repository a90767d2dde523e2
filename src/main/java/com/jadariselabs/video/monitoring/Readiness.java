package com.jadariselabs.video.monitoring;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.eclipse.jetty.util.component.LifeCycle;

/**
 * Whether requests should be sent here: {@code /ready}. Not while the server starts or stops, and
 * not while it cannot do what it is for; a part that it can do without does not count. Apart from
 * that, {@code /live} is about whether only a restart would help. Thread-safe.
 */
public final class Readiness implements LifeCycle.Listener {
  private enum State {
    STARTING,
    STARTED,
    STOPPING
  }

  private volatile State state = State.STARTING;

  @Override
  public void lifeCycleStarted(LifeCycle event) {
    state = State.STARTED;
  }

  @Override
  public void lifeCycleStopping(LifeCycle event) {
    state = State.STOPPING;
  }

  /**
   * Answers whether it is ready.
   *
   * @param complaint what keeps a started server from doing its work, in a sentence
   */
  public HttpServlet ready(Callable<Optional<String>> complaint) {
    return new Probe(
        () ->
            switch (state) {
              case STARTING -> Optional.of("it is starting");
              case STARTED -> complaint.call();
              case STOPPING -> Optional.of("it is stopping");
            });
  }

  /**
   * Answers whether it lives.
   *
   * @param complaint what only a restart can mend
   */
  public static HttpServlet live(Callable<Optional<String>> complaint) {
    return new Probe(complaint);
  }

  /** 200 {@code ok}, or 503 and why. */
  private static final class Probe extends HttpServlet {
    private final transient Callable<Optional<String>> complaint;

    Probe(Callable<Optional<String>> complaint) {
      this.complaint = complaint;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      Optional<String> wrong = wrong();
      byte[] body = (wrong.orElse("ok") + "\n").getBytes(StandardCharsets.UTF_8);
      response.setStatus(wrong.isEmpty() ? 200 : 503);
      response.setContentType("text/plain;charset=utf-8");
      response.setHeader("Cache-Control", "no-store");
      response.setContentLength(body.length);
      response.getOutputStream().write(body);
    }

    private Optional<String> wrong() {
      try {
        return complaint.call();
      } catch (Exception e) {
        return Optional.of(e.getClass().getSimpleName());
      }
    }
  }
}
