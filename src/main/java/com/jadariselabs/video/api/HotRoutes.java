package com.jadariselabs.video.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.jadariselabs.video.auth.Bearer;
import com.jadariselabs.video.auth.Caller;
import com.jadariselabs.video.auth.Verification;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two routes that are asked most, answered before Jersey and without a thread that waits:
 * submitting a generation, and reading one by its id. Everything out of the ordinary (another media
 * type, another method) goes on to Jersey, which answers with the same parts.
 */
public final class HotRoutes extends HttpFilter {
  private static final Logger LOG = LoggerFactory.getLogger(HotRoutes.class);
  private static final String ENDPOINT = "/api/generate/video";
  private static final long TIMEOUT_MILLIS = 30_000;
  private static final int LARGEST_BODY = 64 * 1024;

  private final transient Bearer bearer;
  private final transient Submitting submitting;
  private final transient Reading reading;
  private final transient Problems problems;
  private final transient Refusals refusals;
  private final transient ObjectMapper json;

  HotRoutes(
      Bearer bearer,
      Submitting submitting,
      Reading reading,
      Problems problems,
      Refusals refusals,
      ObjectMapper json) {
    this.bearer = bearer;
    this.submitting = submitting;
    this.reading = reading;
    this.problems = problems;
    this.refusals = refusals;
    this.json = json;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    boolean posts = "POST".equals(request.getMethod());
    boolean submits = posts && sendsJson(request);
    boolean reads = "GET".equals(request.getMethod()) && queriesOne(request);
    if (!(posts || reads) || !takesJson(request)) {
      chain.doFilter(request, response);
      return;
    }
    RequestMetrics.name(request, ENDPOINT);
    try {
      Verification verification = bearer.of(request);
      if (verification instanceof Verification.Valid valid) {
        answer(request, response, valid.caller(), posts, submits);
      } else {
        write(request, response, Reply.unauthorized(verification));
      }
    } catch (RuntimeException e) {
      refuse(request, response, e);
    }
  }

  private void answer(
      HttpServletRequest request,
      HttpServletResponse response,
      Caller caller,
      boolean posts,
      boolean submits)
      throws IOException {
    Optional<Reply> refusal = Keys.refusal(caller, request.getMethod());
    if (refusal.isPresent()) {
      write(request, response, refusal.get());
    } else if (submits) {
      submit(request, response, caller);
    } else if (posts) {
      write(request, response, submitting.notJson(caller).join());
    } else {
      String id = String.valueOf(request.getParameter("generation_id"));
      write(request, response, reading.one(caller, id, request.getHeader("If-None-Match")));
    }
  }

  private void submit(HttpServletRequest request, HttpServletResponse response, Caller caller)
      throws IOException {
    byte[] body = request.getInputStream().readNBytes(LARGEST_BODY + 1);
    CompletableFuture<Reply> reply =
        submitting.submit(
            body, caller, String.valueOf(TraceFilter.traceId(request)), idempotencyKey(request));
    if (reply.isDone() && !reply.isCompletedExceptionally()) {
      write(request, response, reply.join());
      return;
    }
    AsyncContext context = request.startAsync();
    context.setTimeout(TIMEOUT_MILLIS);
    reply.whenComplete((done, failure) -> finish(context, request, response, done, failure));
  }

  private void finish(
      AsyncContext context,
      HttpServletRequest request,
      HttpServletResponse response,
      @Nullable Reply reply,
      @Nullable Throwable failure) {
    try {
      if (reply != null) {
        write(request, response, reply);
      } else {
        refuse(request, response, failure == null ? new IllegalStateException() : failure);
      }
    } catch (IOException e) {
      LOG.debug("the caller is gone");
    } finally {
      context.complete();
    }
  }

  private void write(HttpServletRequest request, HttpServletResponse response, Reply reply)
      throws IOException {
    reply.headers().forEach(response::setHeader);
    if (reply.body() instanceof Problem problem) {
      problems.write(request, response, problem);
      return;
    }
    byte[] bytes =
        reply.body() instanceof byte[] encoded ? encoded : json.writeValueAsBytes(reply.body());
    response.setStatus(reply.status());
    if (bytes.length > 0) {
      response.setContentType(reply.contentType());
      response.setContentLength(bytes.length);
      response.getOutputStream().write(bytes);
    }
  }

  private void refuse(HttpServletRequest request, HttpServletResponse response, Throwable failure)
      throws IOException {
    Refusals.Refusal refusal = refusals.of(failure);
    if (refusal.surprise()) {
      LOG.error("a request failed", failure);
    }
    refusal.headers().forEach(response::setHeader);
    problems.write(request, response, refusal.problem());
  }

  /** Several of them are none: together they hold what no key may. */
  private static @Nullable String idempotencyKey(HttpServletRequest request) {
    List<String> keys = Collections.list(request.getHeaders("Idempotency-Key"));
    return keys.isEmpty() ? null : String.join("\n", keys);
  }

  private static boolean sendsJson(HttpServletRequest request) {
    String type = request.getContentType();
    return type != null
        && type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals("application/json");
  }

  private static boolean queriesOne(HttpServletRequest request) {
    String query = request.getQueryString();
    return query != null && request.getParameter("generation_id") != null;
  }

  private static boolean takesJson(HttpServletRequest request) {
    String accept = request.getHeader("Accept");
    return accept == null || accept.contains("*/*") || accept.contains("application/json");
  }
}
