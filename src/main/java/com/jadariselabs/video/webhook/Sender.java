package com.jadariselabs.video.webhook;

import com.jadariselabs.video.outgoing.PublicAddresses;
import java.net.URI;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.SocketAddressResolver;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;

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
    QueuedThreadPool threads = new QueuedThreadPool(8, 1);
    threads.setName("webhook-http");
    threads.setDaemon(true);
    ScheduledExecutorScheduler scheduler = new ScheduledExecutorScheduler("webhook-timer", true);
    ClientConnector connector = new ClientConnector();
    connector.setSelectors(1);
    connector.setSslContextFactory(new SslContextFactory.Client());
    client = new HttpClient(new HttpClientTransportOverHTTP(connector));
    client.setExecutor(threads);
    client.setScheduler(scheduler);
    client.setConnectTimeout(settings.connectTimeout().toMillis());
    client.setMaxConnectionsPerDestination(MOST_CONNECTIONS);
    client.setFollowRedirects(false);
    client.setHttpCookieStore(new HttpCookieStore.Empty());
    client.setUserAgentField(new HttpField(HttpHeader.USER_AGENT, "video-generation-service"));
    SocketAddressResolver resolver =
        new SocketAddressResolver.Async(threads, scheduler, settings.connectTimeout().toMillis());
    client.setSocketAddressResolver(
        settings.allowPrivate() ? resolver : PublicAddresses.guard(resolver));
  }

  void start() throws Exception {
    client.start();
    client.getContentDecoderFactories().clear();
    // They answer 401 and redirects on their own.
    client.getProtocolHandlers().clear();
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
