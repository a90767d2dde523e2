package com.jadariselabs.video.storage;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Remembers what a service has signed: the same URL for a day, which then holds for another one.
 * After a failure the service is left in peace for a moment, so that readers do not queue up behind
 * time-outs. Thread-safe.
 */
public final class SignedUrls {
  /** For how long URLs are to be signed. */
  public static final Duration LIFE = Duration.ofDays(2);

  private static final Duration KEPT = Duration.ofDays(1);
  private static final int MOST = 50_000;

  private final Cache<String, String> kept;
  private final Duration rest;
  private final Clock clock;
  private volatile long restsUntilMillis;

  /**
   * Remembers nothing yet.
   *
   * @param rest how long after a failure nothing is asked
   */
  public SignedUrls(Duration rest, Clock clock) {
    this.rest = rest;
    this.clock = clock;
    this.kept =
        Caffeine.newBuilder()
            .maximumSize(MOST)
            .expireAfterWrite(KEPT)
            .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
            .build();
  }

  /** Signs the URL of one key. */
  public interface Signer {
    /** The URL, valid for {@link #LIFE}. */
    String sign(String key) throws IOException;
  }

  /** Signs the URLs of many keys at once. */
  public interface Signers {
    /** The URLs by their keys; a key that is not there is left out. */
    Map<String, String> sign(List<String> keys) throws IOException;
  }

  /**
   * The URL of a key.
   *
   * @throws IOException when it is not known and could not be signed
   */
  public String of(String key, Signer signer) throws IOException {
    String known = kept.getIfPresent(key);
    if (known != null) {
      return known;
    }
    if (clock.millis() < restsUntilMillis) {
      throw new IOException("the storage could not sign a moment ago");
    }
    try {
      String made = signer.sign(key);
      // Of two that were made at once, both callers get the same.
      return Objects.requireNonNullElse(kept.asMap().putIfAbsent(key, made), made);
    } catch (IOException e) {
      restsUntilMillis = clock.millis() + rest.toMillis();
      throw e;
    }
  }

  /** These will be asked for in a moment; what fails here is asked for again then. */
  public void expect(Collection<String> keys, Signers signers) {
    List<String> unknown =
        keys.stream().distinct().filter(key -> kept.getIfPresent(key) == null).toList();
    if (unknown.size() < 2 || clock.millis() < restsUntilMillis) {
      return;
    }
    try {
      signers.sign(unknown).forEach(kept.asMap()::putIfAbsent);
    } catch (IOException e) {
      restsUntilMillis = clock.millis() + rest.toMillis();
    }
  }

  /** The file is gone. */
  public void forget(String key) {
    kept.invalidate(key);
  }
}
