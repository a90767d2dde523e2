package com.jadariselabs.video.testing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP server on loopback that can answer well, badly and not at all, without waiting threads.
 */
final class FakeServer implements AutoCloseable {
  private static final byte[] NOISE = new byte[32 * 1024];

  private final Server server;
  private final ServerConnector connector;

  FakeServer(Consumer<Exchange> handler) {
    QueuedThreadPool threads = new QueuedThreadPool(8, 2);
    threads.setName("fake-provider");
    threads.setDaemon(true);
    server = new Server(threads);
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(configuration));
    connector.setHost("127.0.0.1");
    connector.setAcceptQueueSize(2000);
    connector.setIdleTimeout(Duration.ofMinutes(5).toMillis());
    server.addConnector(connector);
    server.setStopTimeout(0);
    server.setHandler(
        new Handler.Abstract.NonBlocking() {
          @Override
          public boolean handle(Request request, Response response, Callback callback) {
            Content.Source.asString(
                request,
                StandardCharsets.UTF_8,
                Promise.from(
                    body -> handler.accept(new Exchange(request, response, callback, body)),
                    callback::failed));
            return true;
          }
        });
    try {
      server.start();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  String origin() {
    return "http://127.0.0.1:" + connector.getLocalPort();
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** One request and what becomes of it. */
  final class Exchange {
    private final Request request;
    private final Response response;
    private final Callback callback;
    private final String body;

    Exchange(Request request, Response response, Callback callback, String body) {
      this.request = request;
      this.response = response;
      this.callback = callback;
      this.body = body;
    }

    String method() {
      return request.getMethod();
    }

    String path() {
      return Request.getPathInContext(request);
    }

    String body() {
      return body;
    }

    @Nullable String header(String name) {
      return request.getHeaders().get(name);
    }

    @Nullable String query(String name) {
      Fields fields = Request.extractQueryParameters(request);
      return fields.getValue(name);
    }

    void reply(int status, Map<String, String> headers, String text) {
      reply(status, headers, text.getBytes(StandardCharsets.UTF_8));
    }

    void reply(int status, Map<String, String> headers, byte[] bytes) {
      response.setStatus(status);
      headers.forEach((name, value) -> response.getHeaders().put(name, value));
      response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
      response.write(true, ByteBuffer.wrap(bytes), callback);
    }

    /**
     * @param right the answer as it should be; empty if the call took no effect
     */
    void spoil(Fault fault, byte[] right) {
      switch (fault.kind()) {
        case ANSWER -> reply(fault.status(), fault.headers(), fault.body());
        case HANG -> {
          // The callback is never called: the connection stays as it is until one side closes it.
        }
        case DROP -> drop();
        case DRIP -> {
          response.getHeaders().put(HttpHeader.CONTENT_LENGTH, right.length);
          drip(ByteBuffer.wrap(right), fault.pause());
        }
        case TRUNCATE -> {
          response.getHeaders().put(HttpHeader.CONTENT_LENGTH, right.length);
          ByteBuffer half = ByteBuffer.wrap(right, 0, right.length / 2);
          response.write(false, half, Callback.from(this::drop));
        }
        case ENDLESS -> endless();
      }
    }

    private void drop() {
      request.getConnectionMetaData().getConnection().getEndPoint().close();
      callback.failed(new EofException("dropped"));
    }

    private void drip(ByteBuffer rest, Duration pause) {
      if (!rest.hasRemaining()) {
        callback.succeeded();
        return;
      }
      ByteBuffer one = ByteBuffer.wrap(new byte[] {rest.get()});
      response.write(
          false,
          one,
          Callback.from(
              () ->
                  connector
                      .getScheduler()
                      .schedule(() -> drip(rest, pause), pause.toMillis(), TimeUnit.MILLISECONDS),
              callback::failed));
    }

    private void endless() {
      response.write(
          false,
          ByteBuffer.wrap(NOISE),
          Callback.from(() -> request.getContext().execute(this::endless), callback::failed));
    }
  }
}
