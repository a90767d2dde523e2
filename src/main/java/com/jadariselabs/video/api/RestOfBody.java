package com.jadariselabs.video.api;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Takes in what still comes of a body that was not read, after its request has been answered. A
 * refusal is often quicker than the body: were the connection closed then, its sender would lose
 * the answer, or the next request on a connection that it believes to be open (RFC 9112 §9.6).
 *
 * <p>A small body is waited for and the connection lives on. A large one, or one of unknown length,
 * is announced to be the connection's last, and at most 64 MiB of it are thrown away. Neither takes
 * longer than two seconds. Thread-safe; no thread waits.
 */
final class RestOfBody extends Handler.Wrapper {
  private static final long SMALL_BYTES = 64 * 1024;
  private static final long MOST_BYTES = 64L * 1024 * 1024;
  private static final long LONGEST_MILLIS = 2_000;

  RestOfBody(Handler handler) {
    super(handler);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    if (request.getLength() <= 0 && !request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING)) {
      return super.handle(request, response, callback);
    }
    Body body = new Body(request);
    return super.handle(
        body,
        new Answer(body, response),
        Callback.from(() -> new Rest(body, callback).begin(), callback::failed));
  }

  /** Knows whether it was read to its end. */
  private static final class Body extends Request.Wrapper {
    private volatile boolean ended;

    Body(Request request) {
      super(request);
    }

    @Override
    public Content.Chunk read() {
      Content.Chunk chunk = super.read();
      if (chunk != null && chunk.isLast()) {
        ended = true;
      }
      return chunk;
    }

    @Override
    public boolean consumeAvailable() {
      boolean all = super.consumeAvailable();
      if (all) {
        ended = true;
      }
      return all;
    }

    /** It waits to be asked for its body, and then sends none. */
    boolean asks() {
      return getHeaders().contains(HttpHeader.EXPECT, HttpHeaderValue.CONTINUE.asString());
    }

    boolean small() {
      return getLength() >= 0 && getLength() <= SMALL_BYTES && !asks();
    }
  }

  /** Says that the connection ends with it where it does. */
  private static final class Answer extends Response.Wrapper {
    private final Body body;

    Answer(Body body, Response response) {
      super(body, response);
      this.body = body;
    }

    @Override
    public void write(boolean last, java.nio.ByteBuffer bytes, Callback callback) {
      if (!isCommitted() && !body.ended && !body.small()) {
        getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE);
      }
      super.write(last, bytes, callback);
    }
  }

  /** What is thrown away. Jetty calls it by one thread at a time. */
  private static final class Rest implements Runnable {
    private final Body body;
    private final Callback callback;
    private Scheduler.Task limit = () -> false;
    private long bytes;

    Rest(Body body, Callback callback) {
      this.body = body;
      this.callback = callback;
    }

    void begin() {
      if (body.ended || body.asks()) {
        callback.succeeded();
        return;
      }
      limit =
          body.getComponents()
              .getScheduler()
              .schedule(
                  () -> body.fail(new TimeoutException("the rest of a body did not come")),
                  LONGEST_MILLIS,
                  TimeUnit.MILLISECONDS);
      run();
    }

    @Override
    public void run() {
      while (bytes <= MOST_BYTES) {
        Content.Chunk chunk = body.read();
        if (chunk == null) {
          body.demand(this);
          return;
        }
        bytes += chunk.remaining();
        chunk.release();
        if (chunk.isLast()) {
          break;
        }
      }
      limit.cancel();
      callback.succeeded();
    }
  }
}
