package com.jadariselabs.video.generation;

import com.google.common.base.Supplier;
import com.google.common.base.Suppliers;
import com.jadariselabs.video.cache.Cache;
import com.jadariselabs.video.catalog.Plan;
import com.jadariselabs.video.generation.Cancellation.Cancelled;
import com.jadariselabs.video.generation.GenerationDao.Count;
import com.jadariselabs.video.generation.GenerationView.QueueStatus;
import com.jadariselabs.video.queue.Priority;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Generations as their owners see them: reading, listing, cancelling, the queue. Thread-safe. */
public final class Generations implements Board {
  private static final Logger LOG = LoggerFactory.getLogger(Generations.class);
  private static final String END_OF_TIME = "infinity";

  private final GenerationDao dao;
  private final Cache<String, Generation> reads;
  private final Announcer announcer;
  private final Delivery delivery;
  private final Turnstile turnstile;
  private final WaitingLine line;
  private final Pace pace;
  private final MediaLinks links;
  private final GenerationMetrics metrics;
  private final Doubts doubts;
  private final Clock clock;
  private final Supplier<List<Count>> ended;

  Generations(
      Jdbi jdbi,
      Cache<String, Generation> reads,
      Announcer announcer,
      Delivery delivery,
      Turnstile turnstile,
      WaitingLine line,
      Pace pace,
      MediaLinks links,
      GenerationMetrics metrics,
      Doubts doubts,
      Clock clock) {
    this.dao = jdbi.onDemand(GenerationDao.class);
    this.reads = reads;
    this.announcer = announcer;
    this.delivery = delivery;
    this.turnstile = turnstile;
    this.line = line;
    this.pace = pace;
    this.links = links;
    this.metrics = metrics;
    this.doubts = doubts;
    this.clock = clock;
    // Counting what has ended reads an index from end to end: once in two seconds is enough.
    this.ended = Suppliers.memoizeWithExpiration(dao::endedCounts, 2, TimeUnit.SECONDS);
  }

  /**
   * The generation, whoever owns it; from memory, at most a second behind what another instance
   * wrote and never behind what this one did.
   */
  public Optional<Generation> find(String id) {
    return reads.get(id);
  }

  /** The generation as it is written, past every cache: for what is told once and for all. */
  public Optional<Generation> findWritten(String id) {
    return dao.find(id);
  }

  /** The caller's own generation; of anybody's for an admin. */
  public Optional<Generation> find(String userId, boolean admin, String id) {
    return find(id).filter(g -> admin || g.userId().equals(userId));
  }

  /** It was changed elsewhere: the next reader asks for it again. */
  public void forget(String id) {
    reads.invalidate(id);
  }

  /** As its owner sees it. */
  public GenerationView view(Generation g) {
    return GenerationView.of(g, queueStatus(g), links);
  }

  /** Each attempt, oldest first. */
  public List<Attempt> attempts(String id) {
    return dao.attempts(id);
  }

  /**
   * The user's own generations, newest first.
   *
   * @param status null for all
   * @param cursor null for the newest
   * @param limit 1 to 100
   * @return empty where the cursor is none of ours
   */
  public Optional<Page> list(
      String userId, @Nullable Status status, @Nullable String cursor, int limit) {
    Optional<Cursor> after = cursor == null ? Optional.empty() : Cursor.decode(cursor);
    if (cursor != null && after.isEmpty()) {
      return Optional.empty();
    }
    List<Generation> rows =
        dao.list(
            userId,
            status == null ? null : status.wireName(),
            after.map(c -> c.createdAt().toString()).orElse(END_OF_TIME),
            after.map(Cursor::id).orElse(""),
            limit + 1);
    boolean more = rows.size() > limit;
    List<Generation> shown = more ? rows.subList(0, limit) : rows;
    links.expect(
        shown.stream()
            .flatMap(g -> Stream.of(g.videoKey(), g.posterKey()).flatMap(Stream::ofNullable))
            .toList());
    Generation last = more ? shown.get(limit - 1) : null;
    return Optional.of(
        new Page(shown, last == null ? null : new Cursor(last.createdAt(), last.id()).encoded()));
  }

  @Override
  public Cancellation cancel(String userId, String id) {
    Optional<Generation> cancelled = dao.cancel(id, userId);
    if (cancelled.isPresent()) {
      over(cancelled.get());
      return outcome(cancelled.get());
    }
    Optional<Generation> present = dao.find(id).filter(g -> g.userId().equals(userId));
    if (present.isEmpty()) {
      return new Cancellation.NotFound();
    }
    return present.get().state() == Status.CANCELLED
        ? outcome(present.get())
        : new Cancellation.NotCancellable(present.get().status());
  }

  private void over(Generation g) {
    try (var fields = LogFields.of(g)) {
      LOG.info("cancelled, {} credits refunded", g.creditsRefunded());
      metrics.ended(g);
      announcer.ended(g);
    }
    delivery.withdraw(g.deliveryPriority(), g.id());
    turnstile.left(g.userId());
  }

  /** Takes back what was written of submissions that were refused since nobody answered. */
  public void settleDoubts() {
    doubts.settle(
        (id, userId) -> {
          Optional<Generation> taken = dao.cancel(id, userId, true);
          taken.ifPresent(this::over);
          return taken.isPresent();
        });
  }

  @Override
  public Optional<Snapshot> snapshot(String userId, boolean admin, String generationId) {
    return dao.find(generationId)
        .filter(g -> admin || g.userId().equals(userId))
        .map(this::snapshot);
  }

  @Override
  public List<Snapshot> active(String userId) {
    return dao.active(userId).stream().map(this::snapshot).toList();
  }

  @Override
  public List<Snapshot> snapshots(Collection<String> ids) {
    return dao.findAll(ids.toArray(String[]::new)).stream().map(this::snapshot).toList();
  }

  /** How many are where, in the whole service. */
  public QueueStats stats() {
    Map<Plan, Long> waiting = new EnumMap<>(Plan.class);
    Map<Plan, Long> delayed = new EnumMap<>(Plan.class);
    long processing = 0;
    for (Count count : dao.liveCounts()) {
      if (count.status().equals("processing")) {
        processing += count.number();
      } else {
        (count.delayed() ? delayed : waiting)
            .merge(Plan.of(count.plan()), count.number(), Long::sum);
      }
    }
    return new QueueStats(
        waiting,
        delayed,
        processing,
        ended("completed"),
        ended("failed"),
        ended("cancelled"),
        dao.paused());
  }

  /** How many wait in each delivery queue, as of a moment ago; asks nobody. */
  public Map<Priority, Integer> waiting() {
    return line.lengths();
  }

  /** Whether the queue is paused, on all instances. */
  public boolean paused() {
    return dao.paused();
  }

  /**
   * Pauses or resumes the queue, on all instances: nothing new is claimed while it is paused.
   *
   * @param actor who wants it, for the audit log
   */
  public void setPaused(boolean paused, String actor) {
    dao.setPaused(paused, actor, paused ? "queue.pause" : "queue.resume");
  }

  /** Reads the waiting line again, tells new places, and returns who should be in which queue. */
  public List<LineEntry> refreshLine() {
    List<GenerationDao.Waiting> rows = line.refresh();
    turnstile.sweep(rows);
    return rows.stream()
        .filter(GenerationDao.Waiting::delivered)
        .map(row -> new LineEntry(row.id(), row.priority(), row.aged()))
        .toList();
  }

  private long ended(String status) {
    return Objects.requireNonNull(ended.get()).stream()
        .filter(count -> count.status().equals(status))
        .mapToLong(Count::number)
        .sum();
  }

  private Cancelled outcome(Generation g) {
    return new Cancelled(
        g.id(), g.creditsRefunded(), dao.balanceAfterRefund(g.id(), g.run(), g.userId()));
  }

  private Snapshot snapshot(Generation g) {
    return new Snapshot(
        g.id(),
        g.userId(),
        g.status(),
        g.state().terminal(),
        g.seq(),
        announcer.present(g, line.place(g.id())));
  }

  private @Nullable QueueStatus queueStatus(Generation g) {
    if (g.state() != Status.QUEUED) {
      return null;
    }
    String priority = g.deliveryPriority().wireName();
    Instant retryAt = g.retryAt();
    if (retryAt != null && retryAt.isAfter(clock.instant())) {
      return new QueueStatus(
          priority, null, null, "retrying", Moments.iso(retryAt), g.attempts() + 1);
    }
    Integer place = line.place(g.id());
    int position = place == null ? g.queuePosition() : place;
    return new QueueStatus(
        priority, position, pace.waitSeconds(position - 1, g.estimatedSeconds()), null, null, null);
  }
}
