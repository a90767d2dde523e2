package com.jadariselabs.video.replicate;

import com.jadariselabs.video.replicate.ReplicateException.Kind;
import dev.failsafe.CircuitBreaker;
import dev.failsafe.Failsafe;
import dev.failsafe.RetryPolicy;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What stands between a caller and the wire: retries, the rate budget, the circuit breaker that all
 * operations share, and the metrics of all of it. Thread-safe; nobody's thread waits.
 */
final class Guard {
  private static final Logger LOG = LoggerFactory.getLogger(Guard.class);
  private static final int ATTEMPTS = 3;
  private static final int FAILURES = 10;
  private static final int OUT_OF = 20;
  private static final String OK = "ok";

  private final ScheduledExecutorService timer;
  private final CircuitBreaker<Object> breaker;
  private final RetryPolicy<Object> safe;
  private final RetryPolicy<Object> create;
  private final RateBudget creates;
  private final RateBudget calls;
  private final Counter requests;
  private volatile @Nullable String operatorProblem;

  Guard(ReplicateSettings settings, CollectorRegistry registry, ScheduledExecutorService timer) {
    this.timer = timer;
    this.breaker =
        CircuitBreaker.builder()
            .withFailureThreshold(FAILURES, OUT_OF)
            .withSuccessThreshold(1)
            .withDelay(settings.circuitDelay().toJavaDuration())
            .onOpen(e -> LOG.warn("The provider fails too often: its circuit is open"))
            .onHalfOpen(e -> LOG.info("Probing the provider again"))
            .onClose(e -> LOG.info("The provider answers again: its circuit is closed"))
            .build();
    this.safe = retries(Kind.TRANSIENT, Kind.UNREACHABLE);
    this.create = retries();
    this.creates = new RateBudget(settings.createsPerMinute(), timer);
    this.calls = new RateBudget(settings.callsPerMinute(), timer);
    this.requests =
        Counter.build("video_provider_requests_total", "Calls to the provider.")
            .labelNames("operation", "outcome")
            .register(registry);
    for (Operation operation : Operation.values()) {
      requests.labels(operation.toString(), OK);
      for (Kind kind : Kind.values()) {
        requests.labels(operation.toString(), kind.outcome());
      }
    }
    Gauge.build("video_provider_circuit_state", "0 closed, 1 half-open, 2 open.")
        .create()
        .setChild(
            new Gauge.Child() {
              @Override
              public double get() {
                return stateNumber();
              }
            })
        .<Gauge>register(registry);
  }

  /** Makes the call, again if that is safe; fails with nothing but {@link ReplicateException}. */
  <T> CompletableFuture<T> run(Operation operation, Supplier<CompletableFuture<T>> call) {
    try {
      return Failsafe.with(operation == Operation.CREATE ? create : safe)
          .with(timer)
          .getStageAsync(() -> attempt(operation, call))
          .exceptionallyCompose(
              failure -> CompletableFuture.failedFuture(known(operation, failure)));
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(known(operation, e));
    }
  }

  /** Why the provider cannot be used just now; empty if nothing is known against it. */
  Optional<String> problem() {
    if (!breaker.isClosed()) {
      return Optional.of("The provider fails too often; its circuit is not closed.");
    }
    return Optional.ofNullable(operatorProblem);
  }

  RateBudget creates() {
    return creates;
  }

  RateBudget calls() {
    return calls;
  }

  CircuitBreaker.State state() {
    return breaker.getState();
  }

  private <T> CompletableFuture<T> attempt(
      Operation operation, Supplier<CompletableFuture<T>> call) {
    return budget(operation)
        .take(operation)
        .thenCompose(taken -> throughBreaker(operation, call))
        .whenComplete((value, failure) -> note(operation, failure));
  }

  private <T> CompletableFuture<T> throughBreaker(
      Operation operation, Supplier<CompletableFuture<T>> call) {
    if (!breaker.tryAcquirePermit()) {
      Duration wait = breaker.getRemainingDelay();
      return CompletableFuture.failedFuture(
          new ReplicateException(
              Kind.CIRCUIT_OPEN,
              operation + ": not tried, the provider fails too often.",
              wait.isZero() ? Duration.ofSeconds(1) : wait));
    }
    CompletableFuture<T> answer;
    try {
      answer = call.get();
    } catch (RuntimeException e) {
      // Thrown before anything was sent.
      answer =
          CompletableFuture.failedFuture(
              new ReplicateException(Kind.UNREACHABLE, operation + ": it could not be sent."));
    }
    return answer.whenComplete((value, failure) -> record(operation, failure));
  }

  private void record(Operation operation, @Nullable Throwable failure) {
    if (failure == null) {
      breaker.recordSuccess();
      return;
    }
    ReplicateException known = known(operation, failure);
    switch (known.kind()) {
      case UNREACHABLE, UNKNOWN_OUTCOME, TRANSIENT -> breaker.recordFailure();
      default -> breaker.recordSuccess();
    }
    if (known.kind() == Kind.RATE_LIMITED) {
      known.retryAfter().ifPresent(budget(operation)::pause);
    }
  }

  private void note(Operation operation, @Nullable Throwable failure) {
    if (failure == null) {
      requests.labels(operation.toString(), OK).inc();
      if (operation != Operation.DOWNLOAD) {
        operatorProblem = null;
      }
      return;
    }
    ReplicateException known = known(operation, failure);
    requests.labels(operation.toString(), known.kind().outcome()).inc();
    if (known.kind() == Kind.OPERATOR) {
      if (operatorProblem == null) {
        LOG.error("The provider refuses this account: {}", known.getMessage());
      }
      operatorProblem = known.getMessage();
    }
  }

  /** What failed, as this client says it; whatever is foreign may have made a prediction. */
  private static ReplicateException known(Operation operation, Throwable failure) {
    Throwable inner = ReplicateException.unwrapped(failure);
    if (inner instanceof ReplicateException known) {
      return known;
    }
    return inner instanceof RejectedExecutionException
        ? new ReplicateException(Kind.UNREACHABLE, operation + ": the client is closed.")
        : Wire.failure(operation, true, inner);
  }

  private RateBudget budget(Operation operation) {
    return operation == Operation.CREATE ? creates : calls;
  }

  /** Repeats after these kinds, and after a 429 whose wait is short. */
  private static RetryPolicy<Object> retries(Kind... kinds) {
    return RetryPolicy.builder()
        .handleIf(failure -> isRetried(ReplicateException.of(failure), kinds))
        .withMaxAttempts(ATTEMPTS)
        .withDelayFn(
            context ->
                delay(ReplicateException.of(context.getLastException()), context.getAttemptCount()))
        .build();
  }

  private static boolean isRetried(ReplicateException failure, Kind... kinds) {
    if (failure.kind() == Kind.RATE_LIMITED) {
      return failure.retryAfter().orElse(Duration.ZERO).compareTo(RateBudget.SHORT_WAIT) <= 0;
    }
    for (Kind kind : kinds) {
      if (kind == failure.kind()) {
        return true;
      }
    }
    return false;
  }

  /** What the provider asks for, else 200 ms, doubled each time; never less, up to half more. */
  private static Duration delay(ReplicateException failure, int attempt) {
    long millis = failure.retryAfter().map(Duration::toMillis).orElse(100L << attempt);
    return Duration.ofMillis(millis + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
  }

  private int stateNumber() {
    return switch (breaker.getState()) {
      case CLOSED -> 0;
      case HALF_OPEN -> 1;
      case OPEN -> 2;
    };
  }
}
