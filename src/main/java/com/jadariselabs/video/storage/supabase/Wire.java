package com.jadariselabs.video.storage.supabase;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.client.ContentResponse;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.InputStreamResponseListener;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Single exchanges with the project's storage, and with nothing else: the key is shown there alone,
 * and no redirect is followed. Thread-safe; calls block.
 */
final class Wire implements AutoCloseable {
  private static final int THREADS = 8;
  private static final int CONNECTIONS = 32;

  private final String root;
  private final String key;
  private final Patience patience;
  private final HttpClient client;

  /**
   * A wire to this project.
   *
   * @param key a legacy key, which is a token, goes into both headers; an {@code sb_…} key is none
   */
  Wire(String projectUrl, String key, Patience patience) {
    this.root = projectUrl + "/storage/v1";
    this.key = key;
    this.patience = patience;
    this.client = client(patience);
  }

  private static HttpClient client(Patience patience) {
    QueuedThreadPool threads = new QueuedThreadPool(THREADS, 2);
    threads.setName("supabase");
    threads.setDaemon(true);
    ClientConnector connector = new ClientConnector();
    connector.setSelectors(1);
    connector.setSslContextFactory(new SslContextFactory.Client());
    HttpClient client = new HttpClient(new HttpClientTransportOverHTTP(connector));
    client.setExecutor(threads);
    client.setConnectTimeout(patience.connect().toMillis());
    client.setIdleTimeout(patience.read().toMillis());
    client.setMaxConnectionsPerDestination(CONNECTIONS);
    client.setFollowRedirects(false);
    client.setHttpCookieStore(new HttpCookieStore.Empty());
    client.setUserAgentField(new HttpField(HttpHeader.USER_AGENT, "video-generation-service"));
    try {
      client.start();
    } catch (Exception e) {
      throw new IllegalStateException("The HTTP client does not start.", e);
    }
    client.getContentDecoderFactories().clear();
    client.getProtocolHandlers().clear();
    return client;
  }

  /** Where the storage's paths begin. */
  String root() {
    return root;
  }

  /** A request to a path below {@link #root}. */
  Request request(HttpMethod method, String path) {
    return client
        .newRequest(URI.create(root + path))
        .method(method)
        .idleTimeout(patience.read().toMillis(), TimeUnit.MILLISECONDS)
        .headers(
            headers -> {
              headers.put("apikey", key);
              if (!key.startsWith("sb_")) {
                headers.put(HttpHeader.AUTHORIZATION, "Bearer " + key);
              }
            });
  }

  /** Sends it and gathers the answer, whatever its status. */
  Answer send(String operation, Request request, Duration whole) throws IOException {
    try {
      ContentResponse response =
          request.timeout(Math.max(1, whole.toMillis()), TimeUnit.MILLISECONDS).send();
      return Answer.of(response.getStatus(), response.getHeaders(), response.getContent());
    } catch (ExecutionException | TimeoutException e) {
      throw lost(operation, e);
    } catch (InterruptedException e) {
      throw interrupted(operation);
    }
  }

  /** What is done with the body of an answer, while it arrives. */
  interface Reader<T> {
    T read(InputStream body) throws IOException;
  }

  /**
   * Sends it and reads a body of any size.
   *
   * @throws StorageFailure for any status but 200
   */
  <T> T stream(String operation, Request request, Duration whole, Reader<T> reader)
      throws IOException {
    InputStreamResponseListener listener = new InputStreamResponseListener();
    request.timeout(Math.max(1, whole.toMillis()), TimeUnit.MILLISECONDS).send(listener);
    try (InputStream body = listener.getInputStream()) {
      Response response = listener.get(whole.toMillis(), TimeUnit.MILLISECONDS);
      if (response.getStatus() != 200) {
        byte[] problem = body.readNBytes(64 << 10);
        throw Answer.of(response.getStatus(), response.getHeaders(), problem).failure(operation);
      }
      return reader.read(body);
    } catch (ExecutionException | TimeoutException e) {
      throw lost(operation, e);
    } catch (InterruptedException e) {
      throw interrupted(operation);
    }
  }

  /** Names the class alone: messages of the HTTP client may hold addresses. */
  private static StorageFailure lost(String operation, Exception e) {
    Throwable why = e.getCause() == null ? e : e.getCause();
    return new StorageFailure(
        operation + ": no answer (" + why.getClass().getSimpleName() + ")",
        StorageFailure.NO_ANSWER,
        true);
  }

  private static InterruptedIOException interrupted(String operation) {
    Thread.currentThread().interrupt();
    return new InterruptedIOException(operation + ": interrupted");
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
