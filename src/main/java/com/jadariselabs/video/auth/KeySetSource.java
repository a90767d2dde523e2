package com.jadariselabs.video.auth;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Where a key set comes from. */
@FunctionalInterface
interface KeySetSource {

  /** The set's text; completes exceptionally after a few seconds at the latest. */
  CompletableFuture<String> fetch();

  /**
   * A key set at an address: no redirects, at most 5 seconds for the whole call, at most 256 KiB.
   */
  static KeySetSource at(URI address) {
    HttpClient client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .timeout(Duration.ofSeconds(4))
            .header("Accept", "application/jwk-set+json, application/json")
            .build();
    return () -> {
      CompletableFuture<HttpResponse<String>> answer =
          client.sendAsync(request, info -> new Bounded());
      // The request's own time-out ends with the headers; this one ends a body that drips.
      CompletableFuture<String> body = answer.thenApply(KeySetSource::body);
      body.orTimeout(5, TimeUnit.SECONDS).whenComplete((ok, error) -> answer.cancel(true));
      return body;
    };
  }

  private static String body(HttpResponse<String> response) {
    if (response.statusCode() != 200) {
      throw new IllegalStateException("the key set answered " + response.statusCode());
    }
    return response.body();
  }

  /** Gathers a body of bounded size. */
  final class Bounded implements HttpResponse.BodySubscriber<String> {
    private static final int LIMIT = 256 * 1024;

    private final CompletableFuture<String> whole = new CompletableFuture<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private Flow.@Nullable Subscription subscription;

    @Override
    public CompletionStage<String> getBody() {
      return whole;
    }

    @Override
    public void onSubscribe(Flow.Subscription begun) {
      subscription = begun;
      begun.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      for (ByteBuffer buffer : buffers) {
        byte[] chunk = new byte[buffer.remaining()];
        buffer.get(chunk);
        bytes.writeBytes(chunk);
      }
      if (bytes.size() > LIMIT && subscription != null) {
        subscription.cancel();
        whole.completeExceptionally(new IOException("the key set is larger than " + LIMIT));
      }
    }

    @Override
    public void onError(Throwable error) {
      whole.completeExceptionally(error);
    }

    @Override
    public void onComplete() {
      whole.complete(bytes.toString(StandardCharsets.UTF_8));
    }
  }
}
