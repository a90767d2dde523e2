package com.jadariselabs.video.socket;

import com.jadariselabs.video.events.EncodedEvent;
import io.socket.engineio.server.EngineIoSocket;
import io.socket.engineio.server.parser.Packet;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What one Socket.IO client is still to be told. The engine's own buffer has no bound, so it is
 * given no more than one flush's worth, and only when its transport can take it: a poll is there,
 * or the last frames have been written. Thread-safe; nobody ever waits.
 *
 * <p>The engine holds its lock while it tells us something: it is never called under ours.
 */
final class IoQueue implements Postman.Letterbox {
  private static final int MOST_PER_FLUSH = 64 * 1024;
  private static final long BEHIND_NANOS = 20_000_000;

  private final EngineIoSocket engine;
  private final Postman postman;
  private final SocketSettings settings;
  private final Runnable onFarewell;
  private final Outbox<String> box = new Outbox<>(IoPackets::event, String::length);
  private final AtomicInteger turns = new AtomicInteger();
  private volatile @Nullable IoWire wire;
  private volatile @Nullable IoPoll poll;
  private volatile boolean pollComes;
  private @Nullable Farewell farewell;
  private boolean posted;
  private boolean ended;
  private long waitsSinceNanos;

  /** That runs where nothing will tell when a close has been taken: while it is polled. */
  IoQueue(EngineIoSocket engine, Postman postman, SocketSettings settings, Runnable onFarewell) {
    this.engine = engine;
    this.postman = postman;
    this.settings = settings;
    this.onFarewell = onFarewell;
  }

  /** From now on it goes through this WebSocket. */
  void through(IoWire opened) {
    poll = null;
    wire = opened;
    opened.onIdle(this::post);
    post();
  }

  /** Whether a poll waits for something to be said. */
  boolean polled() {
    IoPoll present = poll;
    return present != null && !present.answered();
  }

  /** This poll is about to come: what waits goes with it, as far as one answer takes it. */
  void comes(IoPoll next) {
    pollComes = true;
    drain();
    pollComes = false;
    poll = next;
  }

  /** Returns whether it will be sent: not when it is closing. */
  synchronized boolean event(EncodedEvent event) {
    if (farewell != null) {
      return false;
    }
    began();
    box.add(event, behind());
    added();
    return true;
  }

  synchronized void say(String packet) {
    if (farewell == null) {
      began();
      box.add(packet);
      added();
    }
  }

  /** Sends what waits, and the last word if there is one, and closes. */
  synchronized void close(Farewell why, String... lastWords) {
    if (farewell != null) {
      return;
    }
    if (why == Farewell.TOO_SLOW) {
      box.clear();
    }
    for (String word : lastWords) {
      box.add(word);
    }
    farewell = why;
    post();
  }

  synchronized boolean closing() {
    return farewell != null;
  }

  /** The connection is gone. */
  synchronized void dead() {
    ended = true;
    box.clear();
    farewell = farewell == null ? Farewell.GONE : farewell;
  }

  /** Closes a reader that stays behind. */
  void look(long nowNanos) {
    IoWire present = wire;
    if (present != null) {
      present.look(nowNanos);
    }
    synchronized (this) {
      if (farewell == null
          && !box.isEmpty()
          && nowNanos - waitsSinceNanos > settings.slowAfter().toNanos()) {
        close(Farewell.TOO_SLOW);
      }
    }
  }

  /** There is room again. */
  void post() {
    synchronized (this) {
      if (posted || ended) {
        return;
      }
      posted = true;
    }
    postman.post(this);
  }

  @Override
  public void flush() {
    synchronized (this) {
      posted = false;
    }
    drain();
  }

  /** Whoever comes meanwhile makes the one who is at it go on. */
  private void drain() {
    if (turns.getAndIncrement() > 0) {
      return;
    }
    int seen = 1;
    do {
      move();
      seen = turns.addAndGet(-seen);
    } while (seen > 0);
  }

  private void move() {
    Farewell last;
    if (ready()) {
      int chars = 0;
      String packet = next();
      while (packet != null) {
        engine.send(new Packet<>(Packet.MESSAGE, packet));
        chars += packet.length();
        packet = chars < MOST_PER_FLUSH ? next() : null;
      }
    }
    synchronized (this) {
      last = farewell;
      if (last == null || ended || !box.isEmpty()) {
        return;
      }
      ended = true;
    }
    end(last);
  }

  private void end(Farewell why) {
    IoWire present = wire;
    if (present == null) {
      engine.close(); // with this poll, or the next
      onFarewell.run();
    } else {
      present.close(why);
    }
  }

  private synchronized @Nullable String next() {
    String packet = box.poll();
    waitsSinceNanos = System.nanoTime();
    return packet;
  }

  private boolean ready() {
    IoWire present = wire;
    return present != null ? present.idle() : pollComes || polled();
  }

  /** Guarded by this: something begins to wait. */
  private void began() {
    if (box.isEmpty()) {
      waitsSinceNanos = System.nanoTime();
    }
  }

  private boolean behind() {
    return box.bytes() > MOST_PER_FLUSH
        || (!ready() && System.nanoTime() - waitsSinceNanos > BEHIND_NANOS);
  }

  private void added() {
    if (box.bytes() > settings.maxQueuedBytes()) {
      close(Farewell.TOO_SLOW);
    } else if (!posted && !ended) {
      posted = true;
      postman.post(this);
    }
  }
}
