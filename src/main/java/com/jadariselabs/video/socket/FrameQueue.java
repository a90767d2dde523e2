package com.jadariselabs.video.socket;

import com.jadariselabs.video.events.EncodedEvent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OpCode;
import org.jspecify.annotations.Nullable;

/**
 * The frames that one socket still has to send: one flush under way at a time, everything that
 * waits in the next one, and a bound. Thread-safe; nobody ever waits.
 */
final class FrameQueue implements Postman.Letterbox, Callback {
  private static final int MOST_PER_FLUSH = 64 * 1024;
  private static final long BEHIND_NANOS = 20_000_000;
  private static final long LAST_WORD_NANOS = 10_000_000_000L;

  /** So long may the reader that was too slow take for what is under way, and its close frame. */
  private static final long SLOW_LAST_WORD_NANOS = 60_000_000_000L;

  private final Postman postman;
  private final SocketSettings settings;
  private final Outbox<ByteBuffer> box = new Outbox<>(EncodedEvent::frame, ByteBuffer::remaining);
  private volatile @Nullable CoreSession session;
  private volatile @Nullable Farewell farewell;
  private volatile @Nullable Runnable onIdle;
  private byte @Nullable [] pong;
  private boolean ping;
  private boolean posted;
  private boolean flushing;
  private boolean closed;
  private long flushingSinceNanos;
  private long farewellAtNanos;

  FrameQueue(Postman postman, SocketSettings settings) {
    this.postman = postman;
    this.settings = settings;
  }

  void open(CoreSession opened) {
    session = opened;
  }

  /** That runs whenever all that waited has been written; it must be quick. */
  void onIdle(Runnable idle) {
    onIdle = idle;
  }

  /** Whether nothing waits and nothing is being written. */
  synchronized boolean idle() {
    return !flushing && box.isEmpty();
  }

  /** Returns whether it will be sent: not when it is closing. */
  synchronized boolean event(EncodedEvent event) {
    if (farewell != null || closed) {
      return false;
    }
    box.add(event, behind());
    added();
    return true;
  }

  synchronized void text(ByteBuffer frame) {
    if (farewell == null && !closed) {
      box.add(frame);
      added();
    }
  }

  /** Answers a ping; RFC 6455, 5.5.3 allows to answer only the latest. */
  synchronized void pong(byte[] payload) {
    pong = payload;
    post();
  }

  synchronized void ping() {
    ping = true;
    post();
  }

  /** Sends what waits, then closes; a reader that is too slow loses what waits. */
  synchronized void close(Farewell why) {
    if (farewell != null) {
      return;
    }
    farewell = why;
    farewellAtNanos = System.nanoTime();
    if (why == Farewell.TOO_SLOW) {
      box.clear();
    }
    post();
  }

  boolean closing() {
    return farewell != null;
  }

  /** It is closed: nothing more will be sent. */
  synchronized void dead() {
    closed = true;
    box.clear();
  }

  /** Lets the next frame come. */
  void demand() {
    CoreSession present = session;
    if (present != null && !present.isClosed()) {
      present.demand();
    }
  }

  /** Closes a reader that stays behind, and cuts off whoever does not take the close frame. */
  void look(long nowNanos) {
    boolean cut;
    synchronized (this) {
      Farewell why = farewell;
      if (why == null) {
        if (flushing
            && !box.isEmpty()
            && nowNanos - flushingSinceNanos > settings.slowAfter().toNanos()) {
          close(Farewell.TOO_SLOW);
        }
        return;
      }
      long patience = why == Farewell.TOO_SLOW ? SLOW_LAST_WORD_NANOS : LAST_WORD_NANOS;
      cut = nowNanos - farewellAtNanos > patience;
    }
    CoreSession present = session;
    if (cut && present != null) {
      present.abort();
    }
  }

  @Override
  public void flush() {
    CoreSession present = session;
    List<Frame> frames = new ArrayList<>();
    Farewell last;
    synchronized (this) {
      posted = false;
      if (flushing || closed || present == null) {
        return;
      }
      take(frames);
      flushing = !frames.isEmpty();
      flushingSinceNanos = System.nanoTime();
      last = farewell;
      closed = frames.isEmpty() && last != null;
    }
    if (!frames.isEmpty()) {
      int end = frames.size() - 1;
      for (int i = 0; i <= end; i++) {
        present.sendFrame(frames.get(i), i == end ? this : Callback.NOOP, i < end);
      }
    } else if (last != null) {
      present.close(last.code(), last.reason(), Callback.NOOP);
    }
  }

  /** The flush is through. */
  @Override
  public void succeeded() {
    Runnable idle = onIdle;
    synchronized (this) {
      flushing = false;
      if (!box.isEmpty() || pong != null || ping || farewell != null) {
        post();
        return;
      }
    }
    if (idle != null) {
      idle.run();
    }
  }

  /** The socket is broken; Jetty tells its handler. */
  @Override
  public void failed(Throwable cause) {
    dead();
  }

  private void take(List<Frame> frames) {
    if (pong != null) {
      frames.add(new Frame(OpCode.PONG, ByteBuffer.wrap(pong)));
      pong = null;
    }
    if (ping) {
      frames.add(new Frame(OpCode.PING));
      ping = false;
    }
    int bytes = 0;
    while (bytes < MOST_PER_FLUSH && !box.isEmpty()) {
      ByteBuffer content = box.poll();
      if (content != null) {
        bytes += content.remaining();
        frames.add(new Frame(OpCode.TEXT, content));
      }
    }
  }

  /** The reader does not keep up, or the writer: the flush takes long, or another one waits. */
  private boolean behind() {
    return box.bytes() > MOST_PER_FLUSH
        || (flushing && System.nanoTime() - flushingSinceNanos > BEHIND_NANOS);
  }

  private void added() {
    if (box.bytes() > settings.maxQueuedBytes()) {
      close(Farewell.TOO_SLOW);
    } else {
      post();
    }
  }

  private void post() {
    if (!posted && !flushing && !closed) {
      posted = true;
      postman.post(this);
    }
  }
}
