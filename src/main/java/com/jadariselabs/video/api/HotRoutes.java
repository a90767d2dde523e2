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
  static final String ENDPOINT = "/api/generate/video";
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
    boolean reads = "GET".equals(request.getMethod()) && queriesOne(request) && takesJson(request);
    if (!posts && !reads) {
      chain.doFilter(request, response);
      return;
    }
    RequestMetrics.name(request, ENDPOINT);
    try {
      Verification verification = bearer.of(request);
      if (!(verification instanceof Verification.Valid valid)) {
        write(request, response, Reply.unauthorized(verification));
      } else if (posts) {
        respond(request, response, submitted(request, valid.caller()));
      } else {
        write(request, response, read(request, valid.caller()));
      }
    } catch (RuntimeException e) {
      refuse(request, response, e);
    }
  }

  private Reply read(HttpServletRequest request, Caller caller) {
    String id = String.valueOf(request.getParameter("generation_id"));
    return Keys.refusal(caller, "GET")
        .orElseGet(() -> reading.one(caller, id, request.getHeader("If-None-Match")));
  }

  private CompletableFuture<Reply> submitted(HttpServletRequest request, Caller caller) {
    Optional<Reply> refusal = Keys.refusal(caller, "POST");
    if (refusal.isPresent()) {
      return submitting.standing(caller, refusal.get());
    }
    if (!takesJson(request)) {
      return submitting.refused(caller, StatusWords.problem(406));
    }
    if (!sendsJson(request)) {
      return submitting.refused(caller, StatusWords.problem(415));
    }
    byte[] body;
    try {
      body = request.getInputStream().readNBytes(LARGEST_BODY + 1);
    } catch (IOException | RuntimeException e) {
      return submitting.failed(caller, e);
    }
    return submitting.submit(
        body, caller, String.valueOf(TraceFilter.traceId(request)), idempotencyKey(request));
  }

  /** At once where the reply is there, else when it comes. */
  private void respond(
      HttpServletRequest request, HttpServletResponse response, CompletableFuture<Reply> reply)
      throws IOException {
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
    // Not getContentType(), which throws where the charset is one that Java does not know.
    String type = request.getHeader("Content-Type");
    return type != null
        && type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals("application/json");
  }

  private static boolean queriesOne(HttpServletRequest request) {
    String query = request.getQueryString();
    return query != null && request.getParameter("generation_id") != null;
  }

  private static boolean takesJson(HttpServletRequest request) {
    List<String> accept = Collections.list(request.getHeaders("Accept"));
    return accept.isEmpty() || Accepted.json(String.join(",", accept));
  }
}
