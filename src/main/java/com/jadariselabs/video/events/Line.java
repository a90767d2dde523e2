package com.jadariselabs.video.events;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The latest events of one generation in the order of {@code seq}, and those that came too early.
 * Guarded by its shelf's lock.
 */
final class Line {
  /** Objects, map entry and event tree beside an event's bytes; roughly. */
  private static final int OVERHEAD_BYTES = 700;

  /**
   * An instance that first hears of a generation this early may have been overtaken by a thread.
   */
  private static final int YOUNG = 4;

  /** So many early events mean that the missing one is lost. */
  private static final int MOST_HELD = 64;

  private static final long NOTHING = -1;

  final Object lock;
  private final int capacity;
  private final Deque<EncodedEvent> kept = new ArrayDeque<>(4);
  private final Deque<EncodedEvent> outgoing = new ArrayDeque<>(2);
  private @Nullable TreeMap<Long, EncodedEvent> early;
  private long last = NOTHING;
  private long bytes;
  private boolean delivering;
  private long endedAtNanos;
  private boolean ended;

  Line(Object lock, int capacity) {
    this.lock = lock;
    this.capacity = capacity;
  }

  /**
   * Takes an event in.
   *
   * @param certain whether what is missing before it will not come any more
   * @return whether it began to wait for one before it
   */
  boolean take(EncodedEvent event, boolean certain, long nowNanos) {
    long seq = event.seq();
    if (seq <= last) {
      return false;
    }
    boolean next =
        last == NOTHING ? certain || seq == 1 || seq > YOUNG : certain || seq == last + 1;
    if (next) {
      if (certain) {
        release(seq, nowNanos);
      }
      accept(event, nowNanos);
      acceptWhatFollows(nowNanos);
      return false;
    }
    TreeMap<Long, EncodedEvent> waiting = early;
    boolean first = waiting == null || waiting.isEmpty();
    if (waiting == null) {
      waiting = new TreeMap<>();
      early = waiting;
    }
    waiting.putIfAbsent(seq, event);
    if (waiting.size() >= MOST_HELD) {
      release(Long.MAX_VALUE, nowNanos);
    }
    return first;
  }

  /** Lets go on what waited, without what is missing. */
  void release(long below, long nowNanos) {
    TreeMap<Long, EncodedEvent> waiting = early;
    while (waiting != null && !waiting.isEmpty() && waiting.firstKey() < below) {
      accept(waiting.pollFirstEntry().getValue(), nowNanos);
    }
  }

  /** What is kept after this {@code seq}, without a gap; empty when it is not all there. */
  Optional<List<EncodedEvent>> after(long seq) {
    if (last == NOTHING || seq > last || (seq < last && kept.element().seq() > seq + 1)) {
      return Optional.empty();
    }
    List<EncodedEvent> events = new ArrayList<>();
    for (EncodedEvent event : kept) {
      if (event.seq() > seq) {
        events.add(event);
      }
    }
    return Optional.of(events);
  }

  Optional<EncodedEvent> latest() {
    return Optional.ofNullable(kept.peekLast());
  }

  /** The next one to tell to the listeners; null ends the caller's turn. */
  @Nullable EncodedEvent nextOutgoing() {
    EncodedEvent event = outgoing.poll();
    delivering = event != null;
    return event;
  }

  /** Whether the caller shall tell the listeners: one thread at a time, which keeps the order. */
  boolean beginDelivery() {
    if (delivering || outgoing.isEmpty()) {
      return false;
    }
    delivering = true;
    return true;
  }

  long bytes() {
    return bytes;
  }

  boolean endedBefore(long nanos) {
    return ended && endedAtNanos - nanos < 0;
  }

  private void acceptWhatFollows(long nowNanos) {
    TreeMap<Long, EncodedEvent> waiting = early;
    while (waiting != null && !waiting.isEmpty() && waiting.firstKey() <= last + 1) {
      EncodedEvent event = waiting.pollFirstEntry().getValue();
      if (event.seq() == last + 1) {
        accept(event, nowNanos);
      }
    }
  }

  private void accept(EncodedEvent event, long nowNanos) {
    if (event.seq() <= last) {
      return;
    }
    if (last != NOTHING && event.seq() != last + 1) {
      kept.clear(); // what is kept has no gaps
      bytes = 0;
    }
    last = event.seq();
    ended = event.event().terminal();
    endedAtNanos = nowNanos;
    kept.add(event);
    bytes += event.size() + OVERHEAD_BYTES;
    if (kept.size() > capacity) {
      bytes -= kept.remove().size() + OVERHEAD_BYTES;
    }
    outgoing.add(event);
  }
}
