package com.jadariselabs.video.replicate;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.selfvalidating.SelfValidating;
import io.dropwizard.validation.selfvalidating.SelfValidation;
import io.dropwizard.validation.selfvalidating.ViolationCollector;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the provider is and how patient we are with it.
 *
 * @param apiUrl with or without {@code /v1}; null: Replicate's own
 * @param apiToken null: any bearer will do, as in the sandbox
 * @param webhookSecret {@code whsec_…}; null: polling alone
 * @param connectTimeout for the connection alone
 * @param readTimeout the longest silence in an answer
 * @param callTimeout for a whole call (one attempt), however slowly its answer drips
 * @param downloadTimeout for the whole of a video, all attempts together
 * @param createsPerMinute budget of creates; 0: the provider's 600; negative: none
 * @param callsPerMinute budget of all other calls together; 0: the provider's 3000; negative: none
 * @param maxConnections to one host at once; 0: 256
 * @param circuitDelay how long an open circuit stays open before it is probed
 */
@SelfValidating
public record ReplicateSettings(
    @Nullable String apiUrl,
    @Nullable String apiToken,
    @Nullable String webhookSecret,
    Duration connectTimeout,
    Duration readTimeout,
    Duration callTimeout,
    Duration downloadTimeout,
    int createsPerMinute,
    int callsPerMinute,
    int maxConnections,
    Duration circuitDelay) {

  private static final String REPLICATE = "https://api.replicate.com/v1";
  private static final Duration CONNECT = Duration.seconds(5);
  private static final Duration READ = Duration.seconds(20);
  private static final Duration CALL = Duration.seconds(30);
  private static final Duration DOWNLOAD = Duration.minutes(5);
  private static final Duration CIRCUIT = Duration.seconds(10);

  public ReplicateSettings {
    apiUrl = blankToNull(apiUrl);
    apiToken = blankToNull(apiToken);
    webhookSecret = blankToNull(webhookSecret);
    connectTimeout = orElse(connectTimeout, CONNECT);
    readTimeout = orElse(readTimeout, READ);
    callTimeout = orElse(callTimeout, CALL);
    downloadTimeout = orElse(downloadTimeout, DOWNLOAD);
    createsPerMinute = createsPerMinute == 0 ? 600 : createsPerMinute;
    callsPerMinute = callsPerMinute == 0 ? 3000 : callsPerMinute;
    maxConnections = maxConnections < 1 ? 256 : maxConnections;
    circuitDelay = orElse(circuitDelay, CIRCUIT);
  }

  /** The defaults for an API at another address. */
  public static ReplicateSettings at(String apiUrl, @Nullable String apiToken) {
    return new ReplicateSettings(
        apiUrl, apiToken, null, CONNECT, READ, CALL, DOWNLOAD, 0, 0, 0, CIRCUIT);
  }

  /** The same settings for an API at another address, such as the sandbox of this process. */
  public ReplicateSettings withApi(String url, @Nullable String token) {
    return new ReplicateSettings(
        url,
        token,
        webhookSecret,
        connectTimeout,
        readTimeout,
        callTimeout,
        downloadTimeout,
        createsPerMinute,
        callsPerMinute,
        maxConnections,
        circuitDelay);
  }

  /** The same settings without budgets, for an API that has none, such as the sandbox. */
  public ReplicateSettings unlimited() {
    return new ReplicateSettings(
        apiUrl,
        apiToken,
        webhookSecret,
        connectTimeout,
        readTimeout,
        callTimeout,
        downloadTimeout,
        -1,
        -1,
        maxConnections,
        circuitDelay);
  }

  /** The API's address without a trailing slash, ending in {@code /v1}. */
  @JsonIgnore
  public URI api() {
    String url = (apiUrl == null ? REPLICATE : apiUrl).strip();
    while (url.endsWith("/")) {
      url = url.substring(0, url.length() - 1);
    }
    return URI.create(url.endsWith("/v1") ? url : url + "/v1");
  }

  /** Reports an address or a secret that cannot be right; called by Dropwizard. */
  @SelfValidation
  public void validate(ViolationCollector violations) {
    problem().ifPresent(violations::addViolation);
  }

  Optional<String> problem() {
    try {
      URI api = api();
      boolean usable =
          ("http".equals(api.getScheme()) || "https".equals(api.getScheme()))
              && api.getHost() != null
              && api.getUserInfo() == null
              && api.getQuery() == null;
      if (!usable) {
        return Optional.of("REPLICATE_API_URL must look like https://host or https://host/v1.");
      }
    } catch (IllegalArgumentException e) {
      return Optional.of("REPLICATE_API_URL is not a URL.");
    }
    if (webhookSecret != null && !WebhookSignature.isSecret(webhookSecret)) {
      return Optional.of("REPLICATE_WEBHOOK_SECRET must be 'whsec_' followed by base64.");
    }
    return Optional.empty();
  }

  /** Hides the token and the secret. */
  @Override
  public String toString() {
    return "ReplicateSettings[apiUrl="
        + apiUrl
        + ", apiToken="
        + (apiToken == null ? "none" : "set")
        + ", webhookSecret="
        + (webhookSecret == null ? "none" : "set")
        + "]";
  }

  private static Duration orElse(@Nullable Duration value, Duration otherwise) {
    return value == null ? otherwise : value;
  }

  private static @Nullable String blankToNull(@Nullable String value) {
    return value == null || value.isBlank() ? null : value;
  }
}
