package com.jadariselabs.video.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.jadariselabs.video.auth.Caller;
import com.jadariselabs.video.generation.Submissions;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a request's bytes to its reply: parse, check, submit. Whatever is replied tells how the rate
 * limits stand, and no reply fails. Thread-safe.
 */
final class Submitting {
  private static final Logger LOG = LoggerFactory.getLogger(Submitting.class);
  private static final Pattern KEY = Pattern.compile("[\\x20-\\x7e]{1,255}");

  private final ObjectReader reader;
  private final Drafts drafts;
  private final Submissions submissions;
  private final Refusals refusals;

  Submitting(ObjectMapper json, Drafts drafts, Submissions submissions, Refusals refusals) {
    this.refusals = refusals;
    this.reader = json.readerFor(GenerateRequest.class);
    this.drafts = drafts;
    this.submissions = submissions;
  }

  /** The reply to {@code POST /api/generate/video}. */
  CompletableFuture<Reply> submit(
      byte[] body, Caller caller, String traceId, @Nullable String idempotencyKey) {
    if (idempotencyKey != null && !KEY.matcher(idempotencyKey).matches()) {
      return refused(
          caller,
          Problem.invalid(
              Problem.Code.VALIDATION_FAILED,
              List.of(
                  new Problem.FieldError(
                      "Idempotency-Key", "must be 1 to 255 printable characters"))));
    }
    GenerateRequest request;
    try {
      request = parsed(body);
    } catch (IOException e) {
      return failed(caller, e);
    }
    Drafts.Checked checked = drafts.check(request, caller, traceId, idempotencyKey);
    if (checked instanceof Drafts.Checked.Wrong wrong) {
      return refused(caller, Problem.invalid(Problem.Code.VALIDATION_FAILED, wrong.errors()));
    }
    return submissions
        .submit(((Drafts.Checked.Valid) checked).draft())
        .handle(
            (outcome, failure) ->
                failure == null ? limited(caller, outcome) : failed(caller, failure))
        .thenCompose(reply -> reply);
  }

  /** The reply where something was thrown. */
  CompletableFuture<Reply> failed(Caller caller, Throwable failure) {
    Refusals.Refusal refusal = refusals.of(failure);
    if (refusal.surprise()) {
      LOG.error("A submission failed", failure);
    }
    return standing(caller, Reply.refusal(refusal.problem()).with(refusal.headers()));
  }

  /** The reply to a known caller who is refused before anything is read. */
  CompletableFuture<Reply> refused(Caller caller, Problem problem) {
    return standing(caller, Reply.refusal(problem));
  }

  private CompletableFuture<Reply> limited(Caller caller, Submissions.Outcome outcome) {
    Reply reply = SubmissionAnswer.reply(outcome);
    return outcome.limits() == null
        ? standing(caller, reply)
        : CompletableFuture.completedFuture(reply);
  }

  /** With the limits as they stand: such an answer takes nothing from them. */
  CompletableFuture<Reply> standing(Caller caller, Reply reply) {
    return submissions
        .limits(caller.userId(), caller.plan(), Keys.limits(caller))
        .thenApply(decision -> reply.with(decision.headers()));
  }

  private GenerateRequest parsed(byte[] body) throws IOException {
    GenerateRequest request = reader.readValue(body);
    if (request == null) {
      throw MismatchedInputException.from(null, GenerateRequest.class, "a JSON object is expected");
    }
    return request;
  }
}
