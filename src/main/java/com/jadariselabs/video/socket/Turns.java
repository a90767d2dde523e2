package com.jadariselabs.video.socket;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * One thing after the other: the next begins when the last has run what it was given. Thread-safe.
 */
final class Turns {
  private final Deque<Consumer<Runnable>> waiting = new ArrayDeque<>(2);
  private final int most;
  private boolean busy;
  private boolean running;

  /** At most so many may wait. */
  Turns(int most) {
    this.most = most;
  }

  /** Runs it in its turn, here or elsewhere; returns false where too many wait. */
  boolean add(Consumer<Runnable> task) {
    synchronized (this) {
      if (waiting.size() >= most) {
        return false;
      }
      waiting.add(task);
    }
    run();
    return true;
  }

  private void done() {
    synchronized (this) {
      busy = false;
    }
    run();
  }

  /** A loop instead of a call for each, however many are through at once. */
  private void run() {
    for (; ; ) {
      Consumer<Runnable> next;
      synchronized (this) {
        if (running || busy || waiting.isEmpty()) {
          return;
        }
        next = waiting.remove();
        busy = true;
        running = true;
      }
      next.accept(this::done);
      synchronized (this) {
        running = false;
      }
    }
  }
}
