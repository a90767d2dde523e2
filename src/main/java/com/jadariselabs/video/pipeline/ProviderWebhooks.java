package com.jadariselabs.video.pipeline;

import com.jadariselabs.video.generation.Attempt;
import com.jadariselabs.video.generation.Attempts;
import com.jadariselabs.video.replicate.Prediction;
import com.jadariselabs.video.replicate.WebhookSignature;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The provider's webhooks, signed by the Standard Webhooks rules. What they say is not believed but
 * looked up: an event only brings the next visit forward, so that repeated, late and swapped ones
 * do no harm. One thing is kept: the id of a prediction whose creation was not answered. The query
 * names the attempt, but is not signed; so the prediction's input must be the attempt's, too.
 */
final class ProviderWebhooks extends HttpServlet {
  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(ProviderWebhooks.class);
  private static final int LARGEST_BODY = 2 * 1024 * 1024;

  private final transient WebhookSignature signature;
  private final transient Attempts attempts;
  private final transient Orphans orphans;
  private final transient Consumer<String> nudge;

  /**
   * The door.
   *
   * @param nudge has a generation visited now, by whoever holds it
   */
  ProviderWebhooks(
      WebhookSignature signature, Attempts attempts, Orphans orphans, Consumer<String> nudge) {
    this.signature = signature;
    this.attempts = attempts;
    this.orphans = orphans;
    this.nudge = nudge;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    if (request.getMethod().equals("POST")) {
      doPost(request, response);
    } else {
      response.setHeader("Allow", "POST");
      response.sendError(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
    }
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    byte[] body = request.getInputStream().readNBytes(LARGEST_BODY + 1);
    if (body.length > LARGEST_BODY) {
      response.sendError(HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE);
    } else if (!signature.verify(
        request.getHeader("webhook-id"),
        request.getHeader("webhook-timestamp"),
        request.getHeader("webhook-signature"),
        body)) {
      response.sendError(HttpServletResponse.SC_UNAUTHORIZED);
    } else {
      Optional<Prediction> prediction = read(body);
      if (prediction.isEmpty()) {
        response.sendError(HttpServletResponse.SC_BAD_REQUEST);
        return;
      }
      happened(request, prediction.get());
      response.setStatus(HttpServletResponse.SC_OK);
    }
  }

  private void happened(HttpServletRequest request, Prediction prediction) {
    Optional<Attempt> known = attempts.of(prediction.id());
    Optional<Attempt> attempt = known.isPresent() ? known : adopted(request, prediction);
    attempt.ifPresent(found -> nudge.accept(found.generationId()));
  }

  /** The attempt that waits for just this prediction's id, which is saved. */
  private Optional<Attempt> adopted(HttpServletRequest request, Prediction prediction) {
    Optional<Attempt> named =
        named(request)
            .filter(attempt -> attempt.predictionId() == null && !attempt.over())
            .filter(attempt -> orphans.of(attempt, List.of(prediction)).isPresent());
    return named.filter(
        attempt -> {
          boolean saved = attempts.predictionKnown(attempt, prediction.id());
          LOG.info("a prediction was {} by its webhook", saved ? "found" : "known");
          return saved;
        });
  }

  private Optional<Attempt> named(HttpServletRequest request) {
    String id = request.getParameter("generation_id");
    Integer run = number(request.getParameter("run"));
    Integer attempt = number(request.getParameter("attempt"));
    return id == null || run == null || attempt == null
        ? Optional.empty()
        : attempts.find(id, run, attempt);
  }

  private static @Nullable Integer number(@Nullable String text) {
    return text != null && text.matches("[0-9]{1,4}") ? Integer.valueOf(text) : null;
  }

  private static Optional<Prediction> read(byte[] body) {
    try {
      return Optional.of(Prediction.read(body));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
