package com.jadariselabs.video.outgoing;

import java.time.Duration;
import org.eclipse.jetty.client.HttpClient;
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
 * An HTTP client for addresses that users named: without redirects, cookies, authentication or
 * decompression; a name is resolved once, and what is connected to is what was checked.
 */
public final class GuardedClient {
  private GuardedClient() {}

  /**
   * A client that does not run yet.
   *
   * @param name of its threads
   * @param connections to one address at most
   * @param allowPrivate whether private addresses may be called
   */
  public static HttpClient of(
      String name, int connections, Duration connectTimeout, boolean allowPrivate) {
    QueuedThreadPool threads = new QueuedThreadPool(8, 1);
    threads.setName(name + "-http");
    threads.setDaemon(true);
    ScheduledExecutorScheduler scheduler = new ScheduledExecutorScheduler(name + "-timer", true);
    ClientConnector connector = new ClientConnector();
    connector.setSelectors(1);
    connector.setSslContextFactory(new SslContextFactory.Client());
    HttpClient client = new HttpClient(new HttpClientTransportOverHTTP(connector));
    client.setExecutor(threads);
    client.setScheduler(scheduler);
    client.setConnectTimeout(connectTimeout.toMillis());
    client.setMaxConnectionsPerDestination(connections);
    client.setFollowRedirects(false);
    client.setHttpCookieStore(new HttpCookieStore.Empty());
    client.setUserAgentField(new HttpField(HttpHeader.USER_AGENT, "video-generation-service"));
    SocketAddressResolver resolver =
        new SocketAddressResolver.Async(threads, scheduler, connectTimeout.toMillis());
    client.setSocketAddressResolver(allowPrivate ? resolver : PublicAddresses.guard(resolver));
    return client;
  }

  /** Starts it. */
  public static void start(HttpClient client) throws Exception {
    client.start();
    client.getContentDecoderFactories().clear();
    // They answer 401 and redirects on their own.
    client.getProtocolHandlers().clear();
  }
}
