package com.jadariselabs.video.replicate;

import com.jadariselabs.video.replicate.ReplicateException.Kind;
import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A token bucket of this process. Whoever finds it empty waits shortly, without a thread, or is
 * told when to come again. After the provider's own 429 everybody waits as long as it asked.
 */
final class RateBudget {
  static final Duration SHORT_WAIT = Duration.ofSeconds(3);

  private final int perMinute;
  private final @Nullable Bucket bucket;
  private final ScheduledExecutorService timer;
  private final AtomicLong resumeNanos = new AtomicLong(System.nanoTime());

  /**
   * @param perMinute below 1 for no limit
   */
  RateBudget(int perMinute, ScheduledExecutorService timer) {
    this.timer = timer;
    this.perMinute = perMinute;
    this.bucket =
        perMinute < 1
            ? null
            : Bucket.builder()
                .addLimit(
                    limit ->
                        limit.capacity(perMinute).refillGreedy(perMinute, Duration.ofMinutes(1)))
                .build();
  }

  /** As it stands now. */
  Replicate.Budget state() {
    long pauseMillis =
        Math.max(0, TimeUnit.NANOSECONDS.toMillis(resumeNanos.get() - System.nanoTime()));
    return bucket == null
        ? new Replicate.Budget(null, null, pauseMillis)
        : new Replicate.Budget(perMinute, bucket.getAvailableTokens(), pauseMillis);
  }

  /** Nobody is let through before this time is over. */
  void pause(Duration wait) {
    long resume = System.nanoTime() + wait.toNanos();
    resumeNanos.accumulateAndGet(resume, (a, b) -> a - b >= 0 ? a : b);
  }

  /** Completes when a call may be made, or fails with RATE_LIMITED if that would take long. */
  CompletableFuture<Void> take(Operation operation) {
    Duration pause = Duration.ofNanos(resumeNanos.get() - System.nanoTime());
    if (pause.compareTo(SHORT_WAIT) > 0) {
      return CompletableFuture.failedFuture(limited(operation, pause));
    }
    if (pause.isNegative() || pause.isZero()) {
      return consume(operation);
    }
    CompletableFuture<Void> waited = new CompletableFuture<>();
    timer.schedule(() -> waited.complete(null), pause.toNanos(), TimeUnit.NANOSECONDS);
    return waited.thenCompose(done -> consume(operation));
  }

  private CompletableFuture<Void> consume(Operation operation) {
    if (bucket == null || bucket.tryConsume(1)) {
      return CompletableFuture.completedFuture(null);
    }
    Bucket full = bucket;
    return full.asScheduler()
        .tryConsume(1, SHORT_WAIT, timer)
        .thenCompose(
            consumed ->
                consumed
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedFuture(limited(operation, refill(full))));
  }

  private static Duration refill(Bucket bucket) {
    return Duration.ofNanos(bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill());
  }

  private static ReplicateException limited(Operation operation, Duration wait) {
    return new ReplicateException(Kind.RATE_LIMITED, operation + ": the budget is spent.", wait);
  }
}
