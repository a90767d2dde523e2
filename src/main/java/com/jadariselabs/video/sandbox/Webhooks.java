package com.jadariselabs.video.sandbox;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends signed webhooks (Standard Webhooks, symmetric) to this machine and to nowhere else: the
 * sandbox takes any bearer, so it must not be made to call others. Thread-safe.
 */
final class Webhooks {
  private static final Logger LOG = LoggerFactory.getLogger(Webhooks.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final List<Integer> RETRY_AFTER_SECONDS = List.of(1, 4, 15, 30);

  private final String secret;
  private final Clock clock;
  private final ScheduledExecutorService timer;
  private final HttpClient http;

  /**
   * @param secret {@code whsec_} and base64
   * @param work answers are taken up there
   */
  Webhooks(String secret, Clock clock, ScheduledExecutorService timer, Executor work) {
    this.secret = secret;
    this.clock = clock;
    this.timer = timer;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .executor(work)
            .build();
  }

  String secret() {
    return secret;
  }

  /** Whether something may be sent there; names other than localhost are never resolved. */
  static boolean reaches(String url) {
    try {
      String host = URI.create(url).getHost();
      return host != null
          && (host.equalsIgnoreCase("localhost")
              || host.equals("[::1]")
              || host.matches("127\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}"));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * Sends, without waiting.
   *
   * @param untilTaken whether it is sent again, for a minute, where it is not answered 2xx
   */
  void send(String url, byte[] body, boolean untilTaken) {
    if (reaches(url)) {
      attempt(
          URI.create(url),
          "msg_" + UUID.randomUUID().toString().replace("-", ""),
          body,
          untilTaken ? 0 : RETRY_AFTER_SECONDS.size());
    }
  }

  private void attempt(URI url, String id, byte[] body, int retries) {
    long now = clock.instant().getEpochSecond();
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", Long.toString(now))
            .header("webhook-signature", "v1," + signature(id, now, body))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    http.sendAsync(request, HttpResponse.BodyHandlers.discarding())
        .whenComplete(
            (response, failure) -> {
              boolean taken = failure == null && response.statusCode() / 100 == 2;
              if (!taken && retries < RETRY_AFTER_SECONDS.size()) {
                again(url, id, body, retries);
              } else if (!taken) {
                LOG.info("a webhook of the sandbox was not taken");
              }
            });
  }

  private void again(URI url, String id, byte[] body, int retries) {
    try {
      timer.schedule(
          () -> attempt(url, id, body, retries + 1),
          RETRY_AFTER_SECONDS.get(retries),
          TimeUnit.SECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("the sandbox is being stopped: a webhook is not repeated");
    }
  }

  private String signature(String id, long timestamp, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      byte[] key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HMAC-SHA256", e);
    }
  }
}
