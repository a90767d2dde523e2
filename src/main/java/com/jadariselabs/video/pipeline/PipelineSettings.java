package com.jadariselabs.video.pipeline;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How generations are worked on.
 *
 * @param lease who shows no sign of life for so long loses its generations
 * @param pollInterval how often a running prediction is asked for
 * @param leastTimeout the least time that an attempt is given; a longer estimate gets twice itself
 * @param maxAttempts attempts in all, at least 1
 * @param retryBase the first back-off; each further one doubles it
 * @param maxWait who has waited this long goes before its plan's turn
 * @param maxOutputBytes a larger output is refused
 * @param webhooks where the provider posts its events; null: it is asked, and that alone
 */
public record PipelineSettings(
    Duration lease,
    Duration pollInterval,
    Duration leastTimeout,
    int maxAttempts,
    Duration retryBase,
    Duration maxWait,
    long maxOutputBytes,
    @Nullable URI webhooks) {

  /** Settings without webhooks from the provider. */
  public PipelineSettings(
      Duration lease,
      Duration pollInterval,
      Duration leastTimeout,
      int maxAttempts,
      Duration retryBase,
      Duration maxWait,
      long maxOutputBytes) {
    this(lease, pollInterval, leastTimeout, maxAttempts, retryBase, maxWait, maxOutputBytes, null);
  }

  /** Where the events of this attempt are to be posted. */
  Optional<URI> webhook(String generationId, int run, int attempt) {
    return Optional.ofNullable(webhooks)
        .map(
            url ->
                URI.create(
                    url
                        + "?generation_id="
                        + generationId
                        + "&run="
                        + run
                        + "&attempt="
                        + attempt));
  }

  /** What an attempt of this estimate is given. */
  Duration timeout(int estimatedSeconds) {
    Duration estimate = Duration.ofSeconds(estimatedSeconds);
    return estimate.compareTo(leastTimeout) > 0 ? estimate.multipliedBy(2) : leastTimeout;
  }
}
