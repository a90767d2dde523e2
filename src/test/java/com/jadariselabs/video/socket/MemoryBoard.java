package com.jadariselabs.video.socket;

import com.jadariselabs.video.events.Events;
import com.jadariselabs.video.events.GenerationEvent;
import com.jadariselabs.video.events.GenerationEvent.Head;
import com.jadariselabs.video.generation.Board;
import com.jadariselabs.video.generation.Cancellation;
import com.jadariselabs.video.generation.Snapshot;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Generations in memory: what a database would say, and the events it would make. */
final class MemoryBoard implements Board {
  private final Map<String, Snapshot> rows = new ConcurrentHashMap<>();
  private final AtomicInteger ids = new AtomicInteger();
  private final Events events;
  final AtomicInteger lookUps = new AtomicInteger();
  volatile boolean away;
  volatile Runnable beforeAnswering = () -> {};

  MemoryBoard(Events events) {
    this.events = events;
  }

  /** A new generation, queued at 1. */
  String submit(String userId) {
    String id = submitQuietly(userId);
    snapshot(userId, false, id).ifPresent(row -> events.publish(row.present()));
    return id;
  }

  /** A new generation that nobody here is told of. */
  String submitQuietly(String userId) {
    String id = "gen_" + ids.incrementAndGet();
    rows.put(
        id,
        new Snapshot(
            id, userId, "none", false, 0, GenerationEvent.queued(new Head(id, userId, 0, 1), 1)));
    quietly(id, "queued", head -> GenerationEvent.queued(head, 1));
    return id;
  }

  GenerationEvent queued(String id, int position) {
    return tell(id, "queued", head -> GenerationEvent.queued(head, position));
  }

  GenerationEvent started(String id) {
    return tell(id, "processing", head -> GenerationEvent.started(head, "worker-1"));
  }

  GenerationEvent progress(String id, int percent) {
    return progress(id, percent, "frames");
  }

  GenerationEvent progress(String id, int percent, String message) {
    return tell(
        id, "processing", head -> GenerationEvent.progress(head, percent, "generating", message));
  }

  GenerationEvent completed(String id) {
    return tell(id, "completed", head -> GenerationEvent.completed(head, "https://v/" + id, null));
  }

  GenerationEvent failed(String id) {
    return tell(
        id, "failed", head -> GenerationEvent.failed(head, "provider_error", "no luck", null));
  }

  GenerationEvent retried(String id) {
    return tell(
        id, "queued", head -> GenerationEvent.failed(head, "provider_error", "no luck", 5_000L));
  }

  GenerationEvent cancelled(String id) {
    return tell(id, "cancelled", GenerationEvent::cancelled);
  }

  /** Changes the row and tells nobody: its publisher died. */
  GenerationEvent quietly(String id, String status, Function<Head, GenerationEvent> change) {
    Snapshot after =
        rows.compute(
            id,
            (same, row) -> {
              if (row == null) {
                throw new IllegalStateException(id);
              }
              GenerationEvent event =
                  change.apply(new Head(id, row.userId(), row.seq() + 1, 1_000 + row.seq()));
              return new Snapshot(id, row.userId(), status, event.terminal(), event.seq(), event);
            });
    return after.present();
  }

  private GenerationEvent tell(String id, String status, Function<Head, GenerationEvent> change) {
    GenerationEvent event = quietly(id, status, change);
    events.publish(event);
    return event;
  }

  @Override
  public Optional<Snapshot> snapshot(String userId, boolean admin, String generationId) {
    answer();
    Optional<Snapshot> row =
        Optional.ofNullable(rows.get(generationId))
            .filter(found -> admin || found.userId().equals(userId));
    beforeAnswering.run();
    return row;
  }

  @Override
  public List<Snapshot> active(String userId) {
    answer();
    List<Snapshot> active =
        rows.values().stream()
            .filter(row -> row.userId().equals(userId) && !row.terminal())
            .toList();
    beforeAnswering.run();
    return active;
  }

  @Override
  public List<Snapshot> snapshots(Collection<String> generationIds) {
    answer();
    lookUps.incrementAndGet();
    return rows.values().stream()
        .filter(row -> generationIds.contains(row.generationId()))
        .toList();
  }

  @Override
  public Cancellation cancel(String userId, String generationId) {
    answer();
    Snapshot row = rows.get(generationId);
    if (row == null || !row.userId().equals(userId)) {
      return new Cancellation.NotFound();
    }
    if (row.status().equals("cancelled")) {
      return new Cancellation.Cancelled(generationId, 8, 200);
    }
    if (row.terminal()) {
      return new Cancellation.NotCancellable(row.status());
    }
    cancelled(generationId);
    return new Cancellation.Cancelled(generationId, 8, 200);
  }

  private void answer() {
    if (away) {
      throw new IllegalStateException("the database is away");
    }
  }
}
