package com.jadariselabs.video.ratelimit;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How fast users may submit.
 *
 * @param limits of every user whose plan has none of its own
 * @param plans limits by plan
 * @param perAddress calls that one network address may make in a minute where nobody is signed in
 *     yet
 */
public record RateLimitSettings(Limits limits, Map<String, Limits> plans, int perAddress) {
  private static final int PER_MINUTE = 10;
  private static final int PER_HOUR = 100;
  private static final int PER_DAY = 500;
  private static final int PER_ADDRESS = 3_000;

  /** Copies the map. */
  public RateLimitSettings {
    plans = Map.copyOf(plans);
    if (perAddress < 1) {
      throw new IllegalArgumentException("A rate limit must be at least 1");
    }
  }

  /**
   * What a plan has of its own.
   *
   * @param perMinute null: as everybody
   * @param perHour null: as everybody
   * @param perDay null: as everybody
   */
  public record PlanLimits(
      @Nullable Integer perMinute, @Nullable Integer perHour, @Nullable Integer perDay) {

    Limits over(Limits everybody) {
      return new Limits(
          or(perMinute, everybody.perMinute()),
          or(perHour, everybody.perHour()),
          or(perDay, everybody.perDay()));
    }
  }

  /** From the configuration; what is absent has its default. */
  @JsonCreator
  public static RateLimitSettings read(
      @JsonProperty("perMinute") @Nullable Integer perMinute,
      @JsonProperty("perHour") @Nullable Integer perHour,
      @JsonProperty("perDay") @Nullable Integer perDay,
      @JsonProperty("plans") @Nullable Map<String, PlanLimits> plans,
      @JsonProperty("perAddress") @Nullable Integer perAddress) {
    RateLimitSettings everybody = of(perMinute, perHour, perDay, null, perAddress);
    Map<String, Limits> own = new HashMap<>();
    if (plans != null) {
      plans.forEach((plan, limits) -> own.put(plan, limits.over(everybody.limits())));
    }
    return new RateLimitSettings(everybody.limits(), own, everybody.perAddress());
  }

  /** Limits of these numbers; null: its default. */
  public static RateLimitSettings of(
      @Nullable Integer perMinute,
      @Nullable Integer perHour,
      @Nullable Integer perDay,
      @Nullable Map<String, Limits> plans,
      @Nullable Integer perAddress) {
    return new RateLimitSettings(
        new Limits(or(perMinute, PER_MINUTE), or(perHour, PER_HOUR), or(perDay, PER_DAY)),
        plans == null ? Map.of() : plans,
        or(perAddress, PER_ADDRESS));
  }

  /** The limits of nothing but defaults. */
  public static RateLimitSettings defaults() {
    return of(null, null, null, null, null);
  }

  Limits of(String plan, double factor) {
    return plans.getOrDefault(plan, limits).times(factor);
  }

  private static int or(@Nullable Integer value, int otherwise) {
    return value == null ? otherwise : value;
  }
}
