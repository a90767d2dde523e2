package com.jadariselabs.video.replicate;

import com.jadariselabs.video.outgoing.PublicAddresses;
import com.jadariselabs.video.replicate.ReplicateException.Kind;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.client.BufferingResponseListener;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.SocketAddressResolver;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;

/**
 * Single HTTP exchanges with time-outs and bounds, and nothing done behind our back: no redirects,
 * no cookies, no authentication, no decompression. The token is shown to the API alone.
 */
final class Wire implements AutoCloseable {
  private static final int MAX_ANSWER_BYTES = 8 * 1024 * 1024;
  private static final int THREADS = 12;
  private static final int MAX_QUEUED = 20_000;

  private final ReplicateSettings settings;
  private final OutputHosts hosts;
  private final HttpClient client;

  Wire(ReplicateSettings settings, OutputHosts hosts) {
    this.settings = settings;
    this.hosts = hosts;
    this.client = client(settings, hosts);
  }

  private static HttpClient client(ReplicateSettings settings, OutputHosts hosts) {
    QueuedThreadPool threads = new QueuedThreadPool(THREADS, 2);
    threads.setName("replicate");
    threads.setDaemon(true);
    ScheduledExecutorScheduler scheduler = new ScheduledExecutorScheduler("replicate-idle", true);
    ClientConnector connector = new ClientConnector();
    connector.setSelectors(1);
    connector.setSslContextFactory(new SslContextFactory.Client());
    HttpClient client = new HttpClient(new HttpClientTransportOverHTTP(connector));
    client.setExecutor(threads);
    client.setScheduler(scheduler);
    client.setConnectTimeout(settings.connectTimeout().toMilliseconds());
    client.setIdleTimeout(settings.readTimeout().toMilliseconds());
    client.setMaxConnectionsPerDestination(settings.maxConnections());
    client.setMaxRequestsQueuedPerDestination(MAX_QUEUED);
    client.setFollowRedirects(false);
    client.setHttpCookieStore(new HttpCookieStore.Empty());
    client.setUserAgentField(new HttpField(HttpHeader.USER_AGENT, "video-generation-service"));
    client.setSocketAddressResolver(
        hosts.guard(
            new SocketAddressResolver.Async(
                threads, scheduler, settings.connectTimeout().toMilliseconds())));
    try {
      client.start();
    } catch (Exception e) {
      throw new IllegalStateException("The HTTP client does not start.", e);
    }
    client.getContentDecoderFactories().clear();
    // They answer 401 and redirects on their own.
    client.getProtocolHandlers().clear();
    return client;
  }

  /** A request with the usual time-outs, and with the token if it goes to the API. */
  Request request(URI uri) {
    Request request =
        client
            .newRequest(uri)
            .idleTimeout(settings.readTimeout().toMilliseconds(), TimeUnit.MILLISECONDS)
            .timeout(settings.callTimeout().toMilliseconds(), TimeUnit.MILLISECONDS);
    if (hosts.isApi(uri)) {
      String token = settings.apiToken() == null ? "sandbox" : settings.apiToken();
      request.headers(headers -> headers.put(HttpHeader.AUTHORIZATION, "Bearer " + token));
    }
    return request;
  }

  /** Sends it and gathers the whole answer, whatever its status. */
  CompletableFuture<Answer> exchange(Operation operation, Request request) {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    AtomicBoolean begun = watch(request);
    request.send(
        new BufferingResponseListener(MAX_ANSWER_BYTES) {
          @Override
          public void onComplete(Result result) {
            // A server may answer, and hang up, before it has read all of a request.
            if (result.getResponseFailure() == null && result.getResponse().getStatus() > 0) {
              byte[] body = getContent();
              answer.complete(
                  new Answer(
                      result.getResponse().getStatus(),
                      result.getResponse().getHeaders(),
                      body == null ? new byte[0] : body));
            } else {
              answer.completeExceptionally(failure(operation, begun.get(), result.getFailure()));
            }
          }
        });
    return answer;
  }

  /**
   * Becomes true once bytes of the request may have left: from then on its outcome is uncertain.
   */
  static AtomicBoolean watch(Request request) {
    AtomicBoolean begun = new AtomicBoolean();
    request.onRequestBegin(started -> begun.set(true));
    return begun;
  }

  static ReplicateException failure(Operation operation, boolean begun, Throwable failure) {
    if (failure instanceof ReplicateException known) {
      return known;
    }
    if (failure instanceof PublicAddresses.PrivateAddressException) {
      return new ReplicateException(
          Kind.REFUSED_OUTPUT, operation + ": the host's address is not public.");
    }
    if (failure instanceof IllegalArgumentException && operation != Operation.CREATE) {
      // The listener that gathers the answer says so when it is full.
      return new ReplicateException(Kind.TOO_LARGE, operation + ": the answer is too large.");
    }
    // Names the class alone: messages of the HTTP client may hold addresses.
    String what = operation + ": no answer (" + failure.getClass().getSimpleName() + ").";
    return new ReplicateException(begun ? operation.lost() : Kind.UNREACHABLE, what);
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
