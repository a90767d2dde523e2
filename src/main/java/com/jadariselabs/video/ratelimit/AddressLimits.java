package com.jadariselabs.video.ratelimit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.base.Ticker;
import com.google.common.net.InetAddresses;
import io.github.bucket4j.Bucket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * How often one network address may call where nobody is signed in yet: sign-in, tickets, refused
 * calls. Counted in this process alone. Thread-safe, bounded.
 */
public final class AddressLimits {
  private static final int MOST = 50_000;
  private static final int PREFIX_BYTES = 8;

  private final Cache<String, Bucket> buckets;
  private final int perMinute;
  private final Ticker ticker;

  /** So many calls in a minute, which may all come at once. */
  public AddressLimits(int perMinute, Ticker ticker) {
    this.perMinute = perMinute;
    this.ticker = ticker;
    // A bucket that nobody asked for a minute is full: forgetting it changes nothing.
    this.buckets =
        Caffeine.newBuilder()
            .maximumSize(MOST)
            .expireAfterAccess(Duration.ofMinutes(2))
            .executor(Runnable::run)
            .build();
  }

  /**
   * Counts a call.
   *
   * @param address as the servlet API names it
   * @return 0 if it may go on, else the seconds until one may
   */
  public long take(String address) {
    long nanos =
        buckets
            .get(network(address), key -> fresh())
            .tryConsumeAndReturnRemaining(1)
            .getNanosToWaitForRefill();
    return (nanos + 999_999_999) / 1_000_000_000;
  }

  /** As {@link #take}, but counts nothing. */
  public long look(String address) {
    Bucket bucket = buckets.getIfPresent(network(address));
    return bucket == null
        ? 0
        : (bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill() + 999_999_999)
            / 1_000_000_000;
  }

  private Bucket fresh() {
    return Bucket.builder()
        .withCustomTimePrecision(new TickerTime(ticker))
        .addLimit(limit -> limit.capacity(perMinute).refillGreedy(perMinute, Duration.ofMinutes(1)))
        .build();
  }

  /** An IPv6 caller commands its whole /64, so that is what counts. */
  private static String network(String address) {
    String plain = address.startsWith("[") ? address.substring(1, address.length() - 1) : address;
    int zone = plain.indexOf('%');
    String bare = zone < 0 ? plain : plain.substring(0, zone);
    if (!InetAddresses.isInetAddress(bare)) {
      return bare;
    }
    InetAddress parsed = InetAddresses.forString(bare);
    return parsed instanceof Inet6Address
        ? HexFormat.of().formatHex(Arrays.copyOf(parsed.getAddress(), PREFIX_BYTES))
        : parsed.getHostAddress();
  }
}
