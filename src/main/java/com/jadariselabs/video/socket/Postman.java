package com.jadariselabs.video.socket;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes to clients, so that publishers never do. What comes to a quiet house
 * goes out at once; while much is going on it pauses a millisecond between rounds, so that each
 * client's frames are gathered into one write.
 */
final class Postman implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Postman.class);
  private static final long GATHER_NANOS = 1_000_000;
  private static final int BUSY_LETTERBOXES = 16;
  private static final int BUSY_ROUNDS = 4;

  /** Something with bytes to send. */
  interface Letterbox {

    /** Begins to write what waits; never waits itself. Called by the postman alone. */
    void flush();
  }

  private final BlockingQueue<Letterbox> full = new LinkedBlockingQueue<>();
  private final Thread thread = new Thread(this::run, "socket-postman");

  void start() {
    thread.setDaemon(true);
    thread.start();
  }

  /** It shall be flushed soon. The caller sees to it that it is not in here twice. */
  void post(Letterbox box) {
    full.add(box);
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void run() {
    List<Letterbox> round = new ArrayList<>();
    int busyRounds = 0;
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Letterbox first = full.poll();
        if (first == null) {
          busyRounds = 0;
          first = full.take();
        }
        round.add(first);
        full.drainTo(round);
        round.forEach(Postman::flush);
        busyRounds++;
        if (round.size() >= BUSY_LETTERBOXES || busyRounds >= BUSY_ROUNDS) {
          LockSupport.parkNanos(GATHER_NANOS);
        }
        round.clear();
      }
    } catch (InterruptedException e) {
      LOG.debug("The postman goes home");
    }
  }

  private static void flush(Letterbox box) {
    try {
      box.flush();
    } catch (RuntimeException e) {
      LOG.warn("A client could not be written to: {}", e.toString());
    }
  }
}
