package com.jadariselabs.video.api;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Lets a request go on once its body is here, so that no thread ever waits for one: otherwise some
 * dozens of strangers, each keeping back the rest of a body, would hold all threads. A body that
 * has not come in time, or for which there is no room among those that are awaited, goes on as one
 * that breaks off with {@link BodyTooSlow}; one that is too large goes on at once, to be refused by
 * {@link BodyLimit}.
 */
final class WholeBodies extends Handler.Wrapper {
  /** What all the bodies that are still awaited may hold together; most arrive at once. */
  private static final long MOST_AWAITED = 32L * 1024 * 1024;

  private final long maxBytes;
  private final Map<String, Long> others;
  private final Duration longest;
  private final AtomicLong awaited = new AtomicLong();

  /**
   * Awaits bodies of at most so many bytes, for at most so long.
   *
   * @param others by path, where another number of bytes holds
   */
  WholeBodies(Handler handler, long maxBytes, Map<String, Long> others, Duration longest) {
    super(handler);
    this.maxBytes = maxBytes;
    this.others = Map.copyOf(others);
    this.longest = longest;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    long most = others.getOrDefault(String.valueOf(request.getHttpURI().getPath()), maxBytes);
    boolean expected =
        request.getLength() > 0 || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
    if (!expected || request.getLength() > most) {
      return super.handle(request, response, callback);
    }
    new Arrival(request, response, callback, most).run();
    return true;
  }

  /** One body on its way. */
  private final class Arrival implements Runnable {
    private final Request request;
    private final Response response;
    private final Callback callback;
    private final long most;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private Scheduler.Task deadline = () -> false;
    private long counted;

    Arrival(Request request, Response response, Callback callback, long most) {
      this.request = request;
      this.response = response;
      this.callback = callback;
      this.most = most;
    }

    /** Takes what is there, and comes again when there is more; by one thread at a time. */
    @Override
    public void run() {
      Content.Chunk end = take();
      if (end == null && !mayWait()) {
        end = Content.Chunk.from(new BodyTooSlow(), true);
      }
      if (end == null) {
        request.demand(this);
        return;
      }
      awaited.addAndGet(-counted);
      deadline.cancel();
      goOn(end);
    }

    /** The body's end: its last chunk, a failure, or an empty one where it is too large. */
    private Content.@Nullable Chunk take() {
      while (bytes.size() <= most) {
        Content.Chunk chunk = request.read();
        if (chunk == null) {
          return null;
        }
        if (Content.Chunk.isFailure(chunk)) {
          return chunk;
        }
        byte[] more = new byte[chunk.remaining()];
        chunk.getByteBuffer().get(more);
        bytes.writeBytes(more);
        boolean last = chunk.isLast();
        chunk.release();
        if (last) {
          return Content.Chunk.EOF;
        }
      }
      return Content.Chunk.EMPTY;
    }

    private boolean mayWait() {
      if (counted == 0) {
        deadline =
            request
                .getComponents()
                .getScheduler()
                .schedule(
                    () -> request.fail(new BodyTooSlow()),
                    longest.toMillis(),
                    TimeUnit.MILLISECONDS);
      }
      // Nothing has come yet of some: they hold something, too.
      long more = Math.max(1, bytes.size()) - counted;
      counted += more;
      return awaited.addAndGet(more) <= MOST_AWAITED;
    }

    private void goOn(Content.Chunk end) {
      Request arrived = new Arrived(request, bytes.toByteArray(), end);
      try {
        if (!WholeBodies.super.handle(arrived, response, callback)) {
          Response.writeError(arrived, response, callback, 404);
        }
      } catch (Exception e) {
        Response.writeError(arrived, response, callback, e);
      }
    }
  }

  /** A request whose body is at hand, up to its end. */
  private static final class Arrived extends Request.Wrapper {
    private final byte[] bytes;
    private final Content.Chunk end;
    private boolean taken;

    Arrived(Request request, byte[] bytes, Content.Chunk end) {
      super(request);
      this.bytes = bytes;
      this.end = end;
    }

    @Override
    public Content.@Nullable Chunk read() {
      if (!taken) {
        taken = true;
        return bytes.length == 0
            ? read()
            : Content.Chunk.from(ByteBuffer.wrap(bytes), end == Content.Chunk.EOF);
      }
      return end.isLast() || Content.Chunk.isFailure(end) ? end : super.read();
    }

    @Override
    public void demand(Runnable more) {
      if (taken && !end.isLast() && !Content.Chunk.isFailure(end)) {
        super.demand(more);
      } else {
        getComponents().getExecutor().execute(more);
      }
    }
  }
}
