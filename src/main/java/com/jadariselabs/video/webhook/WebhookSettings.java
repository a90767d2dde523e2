package com.jadariselabs.video.webhook;

import java.time.Duration;
import java.util.List;

/**
 * How webhooks are delivered.
 *
 * @param allowPrivate whether http and private addresses may be called
 * @param retries the wait before each further try; after the last the delivery has failed
 * @param connectTimeout for the connection alone
 * @param timeout for a whole try
 */
public record WebhookSettings(
    boolean allowPrivate, List<Duration> retries, Duration connectTimeout, Duration timeout) {

  /** The schedule that Standard Webhooks proposes: most of a day. */
  public static WebhookSettings standard(boolean allowPrivate) {
    return new WebhookSettings(
        allowPrivate,
        List.of(
            Duration.ofSeconds(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(30),
            Duration.ofHours(2),
            Duration.ofHours(5),
            Duration.ofHours(10)),
        Duration.ofSeconds(5),
        Duration.ofSeconds(15));
  }
}
