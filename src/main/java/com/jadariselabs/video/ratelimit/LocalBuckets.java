package com.jadariselabs.video.ratelimit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.base.Ticker;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.VerboseResult;
import io.github.bucket4j.local.LocalBucketBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The same buckets in this process, for while Redis is away. Thread-safe, bounded. */
final class LocalBuckets {
  private static final int MOST = 50_000;

  private final Cache<Key, Bucket> buckets;
  private final Ticker ticker;

  private record Key(String userId, Limits limits) {}

  LocalBuckets(Ticker ticker) {
    this.ticker = ticker;
    this.buckets =
        Caffeine.newBuilder()
            .maximumSize(MOST)
            .expireAfterAccess(Duration.ofDays(1))
            .executor(Runnable::run)
            .build();
  }

  Decision take(String userId, Limits limits) {
    VerboseResult<ConsumptionProbe> result =
        bucket(userId, limits).asVerbose().tryConsumeAndReturnRemaining(1);
    ConsumptionProbe probe = result.getValue();
    return decision(
        probe.isConsumed(),
        limits,
        result.getDiagnostics().getAvailableTokensPerEachBandwidth(),
        probe.getNanosToWaitForRefill() / 1e9);
  }

  Decision giveBack(String userId, Limits limits) {
    bucket(userId, limits).addTokens(1);
    return look(userId, limits);
  }

  Decision look(String userId, Limits limits) {
    return decision(
        true,
        limits,
        bucket(userId, limits)
            .asVerbose()
            .getAvailableTokens()
            .getDiagnostics()
            .getAvailableTokensPerEachBandwidth(),
        0);
  }

  private Bucket bucket(String userId, Limits limits) {
    return buckets.get(new Key(userId, limits), this::fresh);
  }

  private Bucket fresh(Key key) {
    LocalBucketBuilder builder = Bucket.builder().withCustomTimePrecision(new TickerTime(ticker));
    for (Limits.Window window : key.limits().windows()) {
      builder.addLimit(
          limit ->
              limit
                  .capacity(window.limit())
                  .refillGreedy(window.limit(), Duration.ofSeconds(window.seconds()))
                  .id(window.name()));
    }
    return builder.build();
  }

  private static Decision decision(
      boolean allowed, Limits limits, long[] tokens, double waitSeconds) {
    List<Decision.State> states = new ArrayList<>();
    List<Limits.Window> windows = limits.windows();
    for (int i = 0; i < windows.size(); i++) {
      Limits.Window window = windows.get(i);
      states.add(
          new Decision.State(
              window.name(),
              window.seconds(),
              window.limit(),
              tokens[i],
              tokens[i] < 1 ? waitSeconds : 0));
    }
    return new Decision(allowed, states);
  }
}
