package com.jadariselabs.video.ratelimit;

import com.google.common.base.Ticker;
import com.jadariselabs.video.ratelimit.BucketScript.Ask;
import com.jadariselabs.video.redis.Redis;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How fast each user may submit, over all instances: three buckets in Redis, asked in one round
 * trip. While Redis is away each instance counts for itself with the same limits. Thread-safe; no
 * answer fails.
 */
public final class RateLimits {
  private static final Logger LOG = LoggerFactory.getLogger(RateLimits.class);

  /** How long after a failure Redis is left alone. */
  private static final long ALONE_NANOS = Duration.ofSeconds(1).toNanos();

  private final RateLimitSettings settings;
  private final BucketScript script;
  private final LocalBuckets local;
  private final Ticker ticker;
  private final Counter limited;

  /** When Redis last failed; null while it answers. */
  private volatile @Nullable Long failedAt;

  /** Limits by these settings. */
  public RateLimits(
      RateLimitSettings settings, Redis redis, CollectorRegistry registry, Ticker ticker) {
    this.settings = settings;
    this.script = new BucketScript(redis);
    this.local = new LocalBuckets(ticker);
    this.ticker = ticker;
    this.limited =
        Counter.build()
            .name("video_rate_limited_total")
            .help("Submissions refused because they came too fast, by the window that was empty.")
            .labelNames("window")
            .register(registry);
    settings.limits().windows().forEach(window -> limited.labels(window.name()));
  }

  /**
   * Takes a token from each of a user's buckets, or none from any.
   *
   * @param factor of the limits: 1, or less for a user of low reputation
   */
  public CompletableFuture<Decision> take(String userId, String plan, double factor) {
    return ask(Ask.TAKE, userId, settings.of(plan, factor), local::take).thenApply(this::counted);
  }

  /** Gives a token back to each bucket: the request was refused for no fault of its user's. */
  public CompletableFuture<Decision> giveBack(String userId, String plan, double factor) {
    return ask(Ask.GIVE_BACK, userId, settings.of(plan, factor), local::giveBack);
  }

  /** How a user's buckets stand; takes nothing. */
  public CompletableFuture<Decision> peek(String userId, String plan, double factor) {
    return ask(Ask.LOOK, userId, settings.of(plan, factor), local::look);
  }

  /** As {@link #take(String, String, double)}, with the limits of the key's own besides. */
  public CompletableFuture<Decision> take(
      String userId, String plan, double factor, @Nullable KeyLimits key) {
    Limits own = key == null ? null : key.limits();
    if (key == null || own == null) {
      return take(userId, plan, factor);
    }
    return ask(Ask.TAKE, key.bucket(), own, local::take)
        .thenCompose(
            keys ->
                keys.allowed()
                    ? take(userId, plan, factor).thenCompose(users -> both(key, own, keys, users))
                    : peek(userId, plan, factor).thenApply(counted(keys)::narrower));
  }

  /** Gives back what {@link #take(String, String, double, KeyLimits)} took. */
  public CompletableFuture<Decision> giveBack(
      String userId, String plan, double factor, @Nullable KeyLimits key) {
    Limits own = key == null ? null : key.limits();
    CompletableFuture<Decision> users = giveBack(userId, plan, factor);
    return key == null || own == null
        ? users
        : ask(Ask.GIVE_BACK, key.bucket(), own, local::giveBack)
            .thenCombine(users, Decision::narrower);
  }

  /** How the buckets of a user and of the key stand; takes nothing. */
  public CompletableFuture<Decision> peek(
      String userId, String plan, double factor, @Nullable KeyLimits key) {
    Limits own = key == null ? null : key.limits();
    CompletableFuture<Decision> users = peek(userId, plan, factor);
    return key == null || own == null
        ? users
        : ask(Ask.LOOK, key.bucket(), own, local::look).thenCombine(users, Decision::narrower);
  }

  /** What the user's limits refuse takes nothing from the key's. */
  private CompletableFuture<Decision> both(
      KeyLimits key, Limits own, Decision keys, Decision users) {
    return users.allowed()
        ? CompletableFuture.completedFuture(keys.narrower(users))
        : ask(Ask.GIVE_BACK, key.bucket(), own, local::giveBack).thenApply(users::narrower);
  }

  private CompletableFuture<Decision> ask(
      Ask ask, String userId, Limits limits, BiFunction<String, Limits, Decision> otherwise) {
    Long failed = failedAt;
    if (failed != null && ticker.read() - failed < ALONE_NANOS) {
      return CompletableFuture.completedFuture(otherwise.apply(userId, limits));
    }
    return script
        .run(ask, userId, limits)
        .handle(
            (decision, error) -> {
              if (error != null) {
                away(error);
                return otherwise.apply(userId, limits);
              }
              if (failedAt != null) {
                failedAt = null;
                LOG.info("Rate limits are counted in Redis again");
              }
              return decision;
            });
  }

  private void away(Throwable error) {
    if (failedAt == null) {
      LOG.warn("Redis does not answer; rate limits are counted by this instance alone", error);
    }
    failedAt = ticker.read();
  }

  private Decision counted(Decision decision) {
    if (!decision.allowed()) {
      decision.windows().stream()
          .max(Comparator.comparingDouble(Decision.State::waitSeconds))
          .ifPresent(state -> limited.labels(state.name()).inc());
    }
    return decision;
  }
}
