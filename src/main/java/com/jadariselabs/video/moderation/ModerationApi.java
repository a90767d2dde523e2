package com.jadariselabs.video.moderation;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.failsafe.CircuitBreaker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.client.BufferingResponseListener;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.client.StringRequestContent;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks an OpenAI-compatible {@code /v1/moderations}. No thread waits for its answers; calls in
 * flight and in line are bounded; while it fails too often it is left alone. Thread-safe.
 */
final class ModerationApi implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ModerationApi.class);
  private static final int MAX_ANSWER_BYTES = 1024 * 1024;
  private static final int THREADS = 6;
  private static final int CONNECTIONS = 32;
  private static final int MOST_QUEUED = 1_024;
  private static final int FAILURES = 10;
  private static final int OUT_OF = 20;
  private static final Duration LEFT_ALONE = Duration.ofSeconds(5);

  private final ApiSettings settings;
  private final Findings findings;
  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient client;
  private final CircuitBreaker<Object> breaker =
      CircuitBreaker.builder()
          .withFailureThreshold(FAILURES, OUT_OF)
          .withSuccessThreshold(1)
          .withDelay(LEFT_ALONE)
          .onOpen(e -> LOG.warn("The moderation API fails too often: it is left alone for a while"))
          .onClose(e -> LOG.info("The moderation API answers again"))
          .build();

  private volatile boolean refused;

  ModerationApi(ApiSettings settings) {
    this.settings = settings;
    this.findings = new Findings(settings);
    this.client = client(settings);
  }

  /** No usable answer came; says why, without what was asked. */
  static final class NoAnswer extends IOException {
    private static final long serialVersionUID = 1;

    /** Whether this very question may be the reason, so that it says nothing about the API. */
    private final boolean aboutTheQuestion;

    NoAnswer(String message, boolean aboutTheQuestion) {
      super(message);
      this.aboutTheQuestion = aboutTheQuestion;
    }
  }

  /** The verdict on a text; fails with what went wrong. */
  CompletableFuture<Verdict> text(String text) {
    return ask(json.createObjectNode().put("model", settings.model()).put("input", text));
  }

  /**
   * The verdict on a picture.
   *
   * @param url an address that the API can fetch, or a {@code data:} URL
   */
  CompletableFuture<Verdict> image(String url) {
    ObjectNode body = json.createObjectNode().put("model", settings.model());
    body.putArray("input")
        .addObject()
        .put("type", "image_url")
        .putObject("image_url")
        .put("url", url);
    return ask(body);
  }

  private CompletableFuture<Verdict> ask(ObjectNode body) {
    if (!breaker.tryAcquirePermit()) {
      return CompletableFuture.failedFuture(new NoAnswer("it is left alone", false));
    }
    long began = System.nanoTime();
    String text = body.toString();
    return send(text, settings.timeout().toMillis())
        .exceptionallyCompose(failure -> again(failure, text, began))
        .whenComplete((verdict, failure) -> note(failure));
  }

  /** A connection that went stale in the pool says nothing: there is time for another one. */
  private CompletableFuture<Verdict> again(Throwable failure, String text, long began) {
    long left =
        settings.timeout().toMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    boolean cut = !(failure instanceof NoAnswer) && !(failure instanceof TimeoutException);
    return cut && left > settings.timeout().toMillis() / 4
        ? send(text, left)
        : CompletableFuture.failedFuture(failure);
  }

  private CompletableFuture<Verdict> send(String text, long timeoutMillis) {
    CompletableFuture<Verdict> verdict = new CompletableFuture<>();
    Request request =
        client
            .POST(settings.endpoint())
            .timeout(timeoutMillis, TimeUnit.MILLISECONDS)
            .body(new StringRequestContent("application/json", text, StandardCharsets.UTF_8));
    if (settings.key() != null) {
      request.headers(headers -> headers.put(HttpHeader.AUTHORIZATION, "Bearer " + settings.key()));
    }
    request.send(
        new BufferingResponseListener(MAX_ANSWER_BYTES) {
          @Override
          public void onComplete(Result result) {
            if (result.isFailed()) {
              verdict.completeExceptionally(result.getFailure());
              return;
            }
            try {
              verdict.complete(read(result.getResponse().getStatus(), getContent()));
            } catch (IOException | RuntimeException e) {
              verdict.completeExceptionally(e);
            }
          }
        });
    return verdict;
  }

  private Verdict read(int status, byte[] body) throws IOException {
    if (status != 200) {
      throw new NoAnswer("it answered " + status, status == 400 || status == 413 || status == 422);
    }
    try {
      return findings.verdict(json.readTree(body == null ? new byte[0] : body));
    } catch (IOException e) {
      // The parser's own words may quote the answer.
      throw new NoAnswer("it answered what cannot be understood", false);
    }
  }

  private void note(@Nullable Throwable wrapped) {
    Throwable failure =
        wrapped instanceof CompletionException && wrapped.getCause() != null
            ? wrapped.getCause()
            : wrapped;
    if (failure == null || (failure instanceof NoAnswer known && known.aboutTheQuestion)) {
      breaker.recordSuccess();
      refused = refused && failure != null;
      return;
    }
    breaker.recordFailure();
    if (!refused) {
      refused = true;
      LOG.warn(
          "The moderation API gives no verdict: {}",
          failure instanceof NoAnswer ? failure.getMessage() : failure.getClass().getSimpleName());
    }
  }

  private static HttpClient client(ApiSettings settings) {
    QueuedThreadPool threads = new QueuedThreadPool(THREADS, 1);
    threads.setName("moderation");
    threads.setDaemon(true);
    ClientConnector connector = new ClientConnector();
    connector.setSelectors(1);
    connector.setSslContextFactory(new SslContextFactory.Client());
    HttpClient client = new HttpClient(new HttpClientTransportOverHTTP(connector));
    client.setExecutor(threads);
    client.setConnectTimeout(settings.timeout().toMillis());
    client.setMaxConnectionsPerDestination(CONNECTIONS);
    client.setMaxRequestsQueuedPerDestination(MOST_QUEUED);
    client.setFollowRedirects(false);
    client.setHttpCookieStore(new HttpCookieStore.Empty());
    client.setUserAgentField(null);
    try {
      client.start();
    } catch (Exception e) {
      throw new IllegalStateException("The HTTP client does not start.", e);
    }
    // They answer 401 and redirects on their own.
    client.getProtocolHandlers().clear();
    return client;
  }

  @Override
  public void close() {
    try {
      client.stop();
    } catch (Exception e) {
      throw new IllegalStateException("The HTTP client does not stop.", e);
    }
  }
}
