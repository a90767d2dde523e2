package com.jadariselabs.video.socket;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.jadariselabs.video.auth.Caller;
import com.jadariselabs.video.events.EncodedEvent;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One generation's events as server-sent events (WHATWG HTML, 9.2), ended after a terminal one. No
 * thread of its own: written asynchronously. Thread-safe.
 */
final class EventStream implements Outlet, Client, Postman.Letterbox, WriteListener, AsyncListener {
  private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);
  private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.UTF_8);
  private static final long BEHIND_NANOS = 20_000_000;
  private static final int MANY_BYTES = 64 * 1024;

  private final Caller caller;
  private final Services services;
  private final Clock clock;
  private final long admittedAtNanos;
  private final Runnable onLeft;
  private final Conversation conversation;
  private final Outbox<ByteBuffer> box =
      new Outbox<>(event -> ByteBuffer.wrap(event.serverSent()), ByteBuffer::remaining);
  private final AtomicInteger flushes = new AtomicInteger();
  private final AtomicBoolean left = new AtomicBoolean();
  private volatile @Nullable AsyncContext context;
  private volatile long stuckSinceNanos;
  private volatile boolean stuck;
  private volatile boolean writable;
  private long wroteAtNanos;
  private boolean last;
  private boolean overrun;
  private boolean posted;
  private boolean unflushed = true;

  /**
   * Gathers events from the start; they are written once it is open.
   *
   * @param onLeft runs once, whether it was ever open or not
   */
  EventStream(
      Caller caller, Services services, Clock clock, long admittedAtNanos, Runnable onLeft) {
    this.caller = caller;
    this.services = services;
    this.clock = clock;
    this.admittedAtNanos = admittedAtNanos;
    this.onLeft = onLeft;
    this.wroteAtNanos = admittedAtNanos;
    this.conversation = new Conversation(caller, this, services);
  }

  Conversation conversation() {
    return conversation;
  }

  /** From now on it is written. */
  void open(AsyncContext async) throws IOException {
    async.setTimeout(0);
    async.addListener(this);
    context = async;
    services.clients().add(this);
    async.getResponse().getOutputStream().setWriteListener(this);
  }

  @Override
  public synchronized void event(EncodedEvent event) {
    if (!last && !overrun) {
      box.add(event, behind());
      last = event.event().terminal();
      if (box.bytes() > services.settings().maxQueuedBytes()) {
        overrun = true;
        box.clear();
      }
      post();
    }
  }

  @Override
  public synchronized void answer(String name, ObjectNode data) {
    if (name.equals("resync") && !last) {
      String text = "event: resync\ndata: " + data + "\n\n";
      box.add(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      post();
    }
  }

  @Override
  public Caller caller() {
    return caller;
  }

  @Override
  public long admittedAtNanos() {
    return admittedAtNanos;
  }

  @Override
  public synchronized void close(Farewell farewell) {
    last = true;
    post();
  }

  @Override
  public void look(long nowNanos) {
    if (!clock.instant().isBefore(caller.expiresAt())) {
      close(Farewell.UNAUTHORIZED);
    }
    SocketSettings settings = services.settings();
    boolean tooSlow;
    synchronized (this) {
      if (nowNanos - wroteAtNanos >= settings.heartbeatEvery().toNanos() && !stuck) {
        wroteAtNanos = nowNanos;
        box.add(ByteBuffer.wrap(COMMENT));
        post();
      }
      tooSlow =
          overrun
              || (stuck
                  && (last || !box.isEmpty())
                  && nowNanos - stuckSinceNanos > settings.slowAfter().toNanos());
    }
    if (tooSlow) {
      cut();
    }
  }

  @Override
  public void onWritePossible() {
    stuck = false;
    writable = true;
    flush();
  }

  /** Writes as long as it can; whoever comes meanwhile makes the one who is at it go on. */
  @Override
  public void flush() {
    synchronized (this) {
      posted = false;
    }
    if (flushes.getAndIncrement() > 0) {
      return;
    }
    int seen = 1;
    do {
      write();
      seen = flushes.addAndGet(-seen);
    } while (seen > 0);
  }

  @Override
  public void onError(Throwable cause) {
    LOG.debug("An event stream broke", cause);
    end();
  }

  @Override
  public void onComplete(AsyncEvent event) {
    leave();
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    end();
  }

  @Override
  public void onError(AsyncEvent event) {
    end();
  }

  @Override
  public void onStartAsync(AsyncEvent event) {}

  /** Gives the user's place back, once. */
  void leave() {
    if (left.compareAndSet(false, true)) {
      services.clients().remove(this);
      conversation.close();
      onLeft.run();
    }
  }

  private void write() {
    AsyncContext open = context;
    if (open == null || !writable || left.get()) {
      return;
    }
    try {
      ServletOutputStream out = open.getResponse().getOutputStream();
      while (ready(out)) {
        ByteBuffer next;
        boolean end;
        synchronized (this) {
          next = box.poll();
          end = last && !overrun;
        }
        if (next != null) {
          out.write(next.array(), next.arrayOffset() + next.position(), next.remaining());
          unflushed = true;
        } else if (unflushed) {
          unflushed = false;
          out.flush();
        } else {
          if (end) {
            end();
          }
          return;
        }
      }
    } catch (IOException | IllegalStateException e) {
      LOG.debug("An event stream cannot be written", e);
      end();
    }
  }

  /** The reader does not keep up, or the writer. */
  private boolean behind() {
    return box.bytes() > MANY_BYTES
        || (stuck && System.nanoTime() - stuckSinceNanos > BEHIND_NANOS);
  }

  private boolean ready(ServletOutputStream out) {
    if (out.isReady()) {
      return true;
    }
    if (!stuck) {
      stuckSinceNanos = System.nanoTime();
      stuck = true;
    }
    return false;
  }

  private synchronized void post() {
    wroteAtNanos = System.nanoTime();
    if (!posted && context != null) {
      posted = true;
      services.postman().post(this);
    }
  }

  private void end() {
    leave();
    AsyncContext open = context;
    if (open != null) {
      try {
        open.complete();
      } catch (IllegalStateException e) {
        LOG.debug("An event stream had ended already", e);
      }
    }
  }

  /** Ends it though a write is under way, which a completion would wait for. */
  private void cut() {
    AsyncContext open = context;
    if (open != null) {
      ServletContextRequest.getServletContextRequest(open.getRequest())
          .getConnectionMetaData()
          .getConnection()
          .getEndPoint()
          .close();
    }
    leave();
  }
}
