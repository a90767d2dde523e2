package com.jadariselabs.video.events;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The lines of the generations heard of lately, bounded in all. Thread-safe: spread over shelves
 * with a lock each, so that publishers of different generations seldom meet.
 */
final class History {
  private static final int SHELVES = 16;

  private final Shelf[] shelves = new Shelf[SHELVES];
  private final EventsSettings settings;

  History(EventsSettings settings) {
    this.settings = settings;
    for (int i = 0; i < SHELVES; i++) {
      shelves[i] = new Shelf();
    }
  }

  /** What became of an event that was taken in. */
  record Taken(Line line, boolean beganToWait) {}

  /** Takes an event in, as {@link Line#take} says. */
  Taken take(EncodedEvent event, boolean certain, long nowNanos) {
    return shelf(event.generationId()).take(event, certain, nowNanos);
  }

  /** Lets go on what waits in this line, without what is missing. */
  void release(String generationId, Line line, long nowNanos) {
    shelf(generationId).release(generationId, line, nowNanos);
  }

  /** What is kept of a generation after this {@code seq}; empty when it is not all there. */
  Optional<List<EncodedEvent>> after(String generationId, long seq) {
    return shelf(generationId).after(generationId, seq);
  }

  /** The latest event of a generation, while it is kept. */
  Optional<EncodedEvent> latest(String generationId) {
    return shelf(generationId).latest(generationId);
  }

  /** Forgets the generations that ended before that time. */
  void forgetEndedBefore(long nanos) {
    for (Shelf shelf : shelves) {
      shelf.forgetEndedBefore(nanos);
    }
  }

  private Shelf shelf(String generationId) {
    int hash = generationId.hashCode();
    return shelves[(hash ^ (hash >>> 16)) & (SHELVES - 1)];
  }

  private final class Shelf {
    private final Map<String, Line> lines = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    synchronized Taken take(EncodedEvent event, boolean certain, long nowNanos) {
      Line line =
          lines.computeIfAbsent(
              event.generationId(), id -> new Line(this, settings.perGeneration()));
      long before = line.bytes();
      boolean beganToWait = line.take(event, certain, nowNanos);
      bytes += line.bytes() - before;
      forgetWhatIsTooMuch(line);
      return new Taken(line, beganToWait);
    }

    synchronized void release(String generationId, Line line, long nowNanos) {
      long before = line.bytes();
      line.release(Long.MAX_VALUE, nowNanos);
      if (lines.get(generationId) == line) {
        bytes += line.bytes() - before;
      }
    }

    synchronized Optional<List<EncodedEvent>> after(String generationId, long seq) {
      Line line = lines.get(generationId);
      return line == null ? Optional.empty() : line.after(seq);
    }

    synchronized Optional<EncodedEvent> latest(String generationId) {
      Line line = lines.get(generationId);
      return line == null ? Optional.empty() : line.latest();
    }

    synchronized void forgetEndedBefore(long nanos) {
      for (Iterator<Line> each = lines.values().iterator(); each.hasNext(); ) {
        Line line = each.next();
        if (line.endedBefore(nanos)) {
          bytes -= line.bytes();
          each.remove();
        }
      }
    }

    private void forgetWhatIsTooMuch(Line latest) {
      Iterator<Line> eldestFirst = lines.values().iterator();
      while (bytes > settings.totalBytes() / SHELVES && eldestFirst.hasNext()) {
        Line line = eldestFirst.next();
        if (line != latest) {
          bytes -= line.bytes();
          eldestFirst.remove();
        }
      }
    }
  }
}
