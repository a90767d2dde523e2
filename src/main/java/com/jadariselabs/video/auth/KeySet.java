package com.jadariselabs.video.auth;

import com.google.common.base.Ticker;
import com.nimbusds.jose.JWSAlgorithm;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public keys of a token issuer, remembered and renewed. Thread-safe.
 *
 * <ul>
 *   <li>renewed in the background once half their time has passed; never used when older than ten
 *       minutes, unless the issuer cannot be reached
 *   <li>an unknown key id asks once more, since keys rotate; after one that stays unknown there is
 *       a pause, so that invented ids cost the issuer nothing
 *   <li>one question at a time, whoever waits for it; of a slow answer only a few do, so that
 *       invented ids do not hold the threads that others need
 *   <li>an answer without a single key is taken for a failure of the issuer, where there were keys
 * </ul>
 */
final class KeySet {
  private static final Logger LOG = LoggerFactory.getLogger(KeySet.class);

  private static final long RENEW_NANOS = Duration.ofMinutes(5).toNanos();
  private static final long LONGEST_NANOS = Duration.ofMinutes(10).toNanos();
  private static final long PAUSE_NANOS = Duration.ofSeconds(10).toNanos();
  private static final long RETRY_NANOS = Duration.ofSeconds(2).toNanos();
  private static final long LONGEST_WAIT_NANOS = Duration.ofSeconds(6).toNanos();

  /** So many wait for a slow issuer; the others only as long as a good one takes. */
  private static final int MOST_WAITING = 16;

  private static final long QUICK_NANOS = Duration.ofSeconds(1).toNanos();

  private final KeySetSource source;
  private final Ticker ticker;
  private final Object lock = new Object();
  private final Semaphore waiting = new Semaphore(MOST_WAITING);

  private volatile @Nullable Known known;
  private @Nullable CompletableFuture<@Nullable Known> inFlight;
  private @Nullable Long lastFailure;
  private @Nullable Long lastMiss;
  private volatile long begunAt;

  private record Known(List<SigningKey> keys, long fetchedAt) {
    List<SigningKey> fitting(JWSAlgorithm algorithm, @Nullable String id) {
      return keys.stream()
          .filter(key -> key.algorithm().equals(algorithm))
          .filter(key -> id == null || Objects.equals(id, key.id()))
          .toList();
    }
  }

  KeySet(KeySetSource source, Ticker ticker) {
    this.source = source;
    this.ticker = ticker;
  }

  /** Fetches ahead of the first token; returns at once. */
  void prefetch() {
    renew();
  }

  /**
   * The keys that may have signed.
   *
   * @param id the token's key id, or null if it names none
   */
  List<SigningKey> fitting(JWSAlgorithm algorithm, @Nullable String id) {
    Known now = current();
    List<SigningKey> fitting = now == null ? List.of() : now.fitting(algorithm, id);
    if (!fitting.isEmpty() || now == null || id == null) {
      return fitting;
    }
    Known renewed = afterMiss();
    if (renewed == null) {
      return List.of();
    }
    List<SigningKey> found = renewed.fitting(algorithm, id);
    if (!found.isEmpty()) {
      synchronized (lock) {
        lastMiss = null;
      }
    }
    return found;
  }

  private @Nullable Known current() {
    Known now = known;
    long age = now == null ? Long.MAX_VALUE : ticker.read() - now.fetchedAt();
    if (now != null && age < RENEW_NANOS) {
      return now;
    }
    CompletableFuture<@Nullable Known> renewal = renew();
    if (renewal == null || (now != null && age < LONGEST_NANOS)) {
      return now;
    }
    return await(renewal);
  }

  /** Starts a renewal or joins the running one; null shortly after a failure. */
  private @Nullable CompletableFuture<@Nullable Known> renew() {
    synchronized (lock) {
      if (inFlight != null && !inFlight.isDone()) {
        // During an outage those who have old keys go on with them instead of waiting each time.
        return lastFailure != null && known != null ? null : inFlight;
      }
      if (lastFailure != null && ticker.read() - lastFailure < RETRY_NANOS) {
        return null;
      }
      boolean outage = lastFailure != null && known != null;
      CompletableFuture<@Nullable Known> begun = begin();
      return outage ? null : begun;
    }
  }

  /** One more question because of an unknown key id, unless there was such a one just now. */
  private @Nullable Known afterMiss() {
    CompletableFuture<@Nullable Known> renewal;
    synchronized (lock) {
      if (inFlight != null && !inFlight.isDone()) {
        renewal = inFlight;
      } else if (lastMiss != null && ticker.read() - lastMiss < PAUSE_NANOS) {
        // It may have come with the very answer that began the pause.
        return known;
      } else {
        lastMiss = ticker.read();
        renewal = begin();
      }
    }
    return await(renewal);
  }

  private CompletableFuture<@Nullable Known> begin() {
    CompletableFuture<@Nullable Known> begun = source.fetch().handle(this::settle);
    inFlight = begun;
    begunAt = ticker.read();
    return begun;
  }

  private @Nullable Known settle(@Nullable String text, @Nullable Throwable error) {
    try {
      if (text == null) {
        throw new IllegalStateException("no answer", error);
      }
      Known fresh = new Known(SigningKey.parse(text), ticker.read());
      Known before = known;
      if (fresh.keys().isEmpty() && before != null && !before.keys().isEmpty()) {
        throw new IllegalStateException("no usable key in it; the earlier ones are kept");
      }
      synchronized (lock) {
        lastFailure = null;
        known = fresh;
      }
      return fresh;
    } catch (ParseException | RuntimeException e) {
      synchronized (lock) {
        lastFailure = ticker.read();
      }
      LOG.warn("The key set of the token issuer could not be fetched: {}", e.getMessage());
      return known;
    }
  }

  private @Nullable Known await(CompletableFuture<@Nullable Known> renewal) {
    boolean patient = waiting.tryAcquire();
    long nanos = patient ? LONGEST_WAIT_NANOS : Math.max(0, begunAt + QUICK_NANOS - ticker.read());
    try {
      return renewal.get(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return known;
    } catch (ExecutionException | TimeoutException e) {
      return known;
    } finally {
      if (patient) {
        waiting.release();
      }
    }
  }
}
