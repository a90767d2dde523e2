package com.jadariselabs.video.ratelimit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Whether a request may go on, and how its user's buckets stand after it.
 *
 * @param allowed whether each bucket had a token; if not, none was taken
 * @param windows minute, hour and day
 */
public record Decision(boolean allowed, List<State> windows) {
  private static final Comparator<State> TIGHTEST =
      Comparator.comparingInt(State::remaining)
          .thenComparing(Comparator.comparingDouble(State::waitSeconds).reversed())
          .thenComparingInt(State::seconds);

  /** Copies the list. */
  public Decision {
    windows = List.copyOf(windows);
  }

  /**
   * How one bucket stands.
   *
   * @param name {@code minute}, {@code hour} or {@code day}
   * @param seconds its length
   * @param limit how much it holds
   * @param tokens what it holds now
   * @param waitSeconds until it holds one token
   */
  public record State(String name, int seconds, int limit, double tokens, double waitSeconds) {

    /** Whole requests left. */
    public int remaining() {
      return (int) Math.floor(tokens + 1e-6);
    }

    /** Seconds until the bucket is full again, rounded up. */
    public int resetSeconds() {
      return (int) Math.ceil((limit - tokens) * seconds / limit - 1e-6);
    }
  }

  /** Of each window the one of the two that lets less through; allowed where both are. */
  Decision narrower(Decision other) {
    List<State> narrower = new ArrayList<>();
    for (int i = 0; i < windows.size(); i++) {
      State one = windows.get(i);
      State two = other.windows.get(i);
      boolean first =
          one.waitSeconds() == two.waitSeconds()
              ? one.tokens() <= two.tokens()
              : one.waitSeconds() > two.waitSeconds();
      narrower.add(first ? one : two);
    }
    return new Decision(allowed && other.allowed, narrower);
  }

  /** The window with the fewest requests left. */
  public State tightest() {
    return windows.stream().min(TIGHTEST).orElseThrow();
  }

  /** Seconds until a refused request may come again, rounded up; at least 1. */
  public int retryAfterSeconds() {
    double wait = windows.stream().mapToDouble(State::waitSeconds).max().orElse(0);
    return (int) Math.max(1, Math.ceil(wait - 1e-6));
  }

  /**
   * The headers of an answer, in the form of draft-ietf-httpapi-ratelimit-headers and in the older
   * one, for the tightest window; after a refusal also {@code Retry-After}.
   */
  public Map<String, String> headers() {
    State tightest = tightest();
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(
        "RateLimit",
        '"' + tightest.name() + "\";r=" + tightest.remaining() + ";t=" + tightest.resetSeconds());
    headers.put(
        "RateLimit-Policy",
        windows.stream()
            .map(state -> '"' + state.name() + "\";q=" + state.limit() + ";w=" + state.seconds())
            .collect(Collectors.joining(",")));
    headers.put("RateLimit-Limit", Integer.toString(tightest.limit()));
    headers.put("RateLimit-Remaining", Integer.toString(tightest.remaining()));
    headers.put("RateLimit-Reset", Integer.toString(tightest.resetSeconds()));
    if (!allowed) {
      headers.put("Retry-After", Integer.toString(retryAfterSeconds()));
    }
    return headers;
  }
}
