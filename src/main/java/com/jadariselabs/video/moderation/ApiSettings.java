package com.jadariselabs.video.moderation;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A moderation API that is asked besides the word lists.
 *
 * @param endpoint where texts are posted to; its {@code …/v1/moderations}
 * @param key sent as a bearer; null: none
 * @param model that judges, as the API names it
 * @param timeout for a whole call, the wait for a free connection included
 * @param failOpen whether a text is accepted while the API does not answer; else it is refused for
 *     the time being
 * @param thresholds by the API's category, 0 to 1: its score decides instead of the API's own flag
 * @param alwaysBlocked categories whose flag rejects whatever their threshold says
 */
public record ApiSettings(
    URI endpoint,
    @Nullable String key,
    String model,
    Duration timeout,
    boolean failOpen,
    Map<String, Double> thresholds,
    Set<String> alwaysBlocked) {

  /** Copies the collections. */
  public ApiSettings {
    thresholds = Map.copyOf(thresholds);
    alwaysBlocked = Set.copyOf(alwaysBlocked);
  }

  /** The API's address, given with or without {@code /v1} or {@code /v1/moderations}. */
  public static URI endpoint(String url) {
    String base = url.strip();
    while (base.endsWith("/")) {
      base = base.substring(0, base.length() - 1);
    }
    URI uri =
        URI.create(
            base.endsWith("/moderations")
                ? base
                : base.matches(".*/v[0-9]+") ? base + "/moderations" : base + "/v1/moderations");
    boolean usable =
        ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
            && uri.getHost() != null
            && uri.getRawUserInfo() == null
            && uri.getRawQuery() == null
            && uri.getRawFragment() == null;
    if (!usable) {
      throw new IllegalArgumentException("must look like https://host or https://host/v1");
    }
    return uri;
  }

  /** Hides the key. */
  @Override
  public String toString() {
    return "ApiSettings[endpoint=" + endpoint + ", key=" + (key == null ? "none" : "set") + "]";
  }
}
