package com.jadariselabs.video.webhook;

import com.jadariselabs.video.outgoing.GuardedClient;
import java.net.URI;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.http.HttpMethod;

/**
 * Posts to addresses that users named: without redirects, cookies or authentication, in bounded
 * time, and to the very addresses that were checked. Thread-safe; nobody's thread waits.
 */
final class Sender implements AutoCloseable {
  private static final int MOST_CONNECTIONS = 8;
  private static final long LONGEST_ANSWER = 64 * 1024;

  private final HttpClient client;
  private final WebhookSettings settings;

  Sender(WebhookSettings settings) {
    this.settings = settings;
    this.client =
        GuardedClient.of(
            "webhook", MOST_CONNECTIONS, settings.connectTimeout(), settings.allowPrivate());
  }

  void start() throws Exception {
    GuardedClient.start(client);
  }

  @Override
  public void close() {
    try {
      client.stop();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Posts it; completes with the status, or exceptionally where there was no answer. */
  CompletableFuture<Integer> send(
      String url, String id, Instant timestamp, String signature, byte[] body) {
    CompletableFuture<Integer> status = new CompletableFuture<>();
    try {
      post(url, id, timestamp, signature, body, status);
    } catch (RuntimeException e) {
      status.completeExceptionally(e);
    }
    return status;
  }

  private void post(
      String url,
      String id,
      Instant timestamp,
      String signature,
      byte[] body,
      CompletableFuture<Integer> status) {
    AtomicLong read = new AtomicLong();
    AtomicInteger answered = new AtomicInteger();
    client
        .newRequest(URI.create(url))
        .method(HttpMethod.POST)
        .headers(
            headers ->
                headers
                    .put("webhook-id", id)
                    .put("webhook-timestamp", Long.toString(timestamp.getEpochSecond()))
                    .put("webhook-signature", signature))
        .body(new BytesRequestContent("application/json", body))
        .timeout(settings.timeout().toMillis(), TimeUnit.MILLISECONDS)
        .onResponseHeaders(response -> answered.set(response.getStatus()))
        .onResponseContent(
            (response, buffer) -> {
              if (read.addAndGet(buffer.remaining()) > LONGEST_ANSWER) {
                response.abort(new IllegalStateException("the answer is too long"));
              }
            })
        .send(
            result -> {
              if (answered.get() > 0) {
                // Whatever became of the rest of the answer: nobody reads it.
                status.complete(answered.get());
              } else {
                status.completeExceptionally(result.getFailure());
              }
            });
  }
}
