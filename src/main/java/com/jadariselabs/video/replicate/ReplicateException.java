package com.jadariselabs.video.replicate;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** A call to the provider that did not bring what was asked. Its message names no secret. */
public final class ReplicateException extends RuntimeException {

  /** What a caller can do about it. */
  public enum Kind {
    /** No connection: nothing was sent, so nothing was made. */
    UNREACHABLE,
    /** A create that may or may not have made a prediction: look for it before another one. */
    UNKNOWN_OUTCOME,
    /** A server error, a time-out or an unreadable answer of a call that is safe to repeat. */
    TRANSIENT,
    /** Too many calls: come again after {@link #retryAfter()}. Nothing was made. */
    RATE_LIMITED,
    /** Token, credit or address of the account: nobody's generation is to blame. */
    OPERATOR,
    /** The model refuses this input, and always will. */
    INVALID_INPUT,
    /** No such model, prediction or output, or no longer. */
    NOT_FOUND,
    /** An output at an address that is not the provider's. */
    REFUSED_OUTPUT,
    /** More bytes than allowed. */
    TOO_LARGE,
    /** Not even tried, because the provider has failed too often just now. Nothing was made. */
    CIRCUIT_OPEN,
    /** The video could not be written to this machine's disk. */
    LOCAL_DISK;

    /** As a metric's label. */
    String outcome() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Kind kind;
  private final @Nullable Duration retryAfter;

  ReplicateException(Kind kind, String message) {
    this(kind, message, null);
  }

  ReplicateException(Kind kind, String message, @Nullable Duration retryAfter) {
    // Without a cause: those of the HTTP client print addresses, and outputs' addresses are secret.
    super(message);
    this.kind = kind;
    this.retryAfter = retryAfter;
  }

  /** What happened. */
  public Kind kind() {
    return kind;
  }

  /** When to come again, where that is known. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  /** Whether a create that failed like this may nevertheless have made a prediction. */
  public boolean mayHaveMade() {
    return kind == Kind.UNKNOWN_OUTCOME;
  }

  /** The exception inside those that futures wrap around it; anything foreign is TRANSIENT. */
  public static ReplicateException of(Throwable failure) {
    Throwable inner = unwrapped(failure);
    return inner instanceof ReplicateException known
        ? known
        : new ReplicateException(
            Kind.TRANSIENT, "The call failed (" + inner.getClass().getSimpleName() + ").");
  }

  static Throwable unwrapped(Throwable failure) {
    Throwable inner = failure;
    while ((inner instanceof CompletionException || inner instanceof ExecutionException)
        && inner.getCause() != null) {
      inner = inner.getCause();
    }
    return inner;
  }
}
