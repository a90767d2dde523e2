package com.jadariselabs.video.socket;

import com.jadariselabs.video.events.EncodedEvent;
import com.jadariselabs.video.events.EventHub;
import com.jadariselabs.video.generation.Board;
import com.jadariselabs.video.generation.Snapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds what no event told: lost on the way between instances, or never published because its
 * publisher died. It asks for what is followed, has not ended and was quiet for a while, in
 * batches, ever more seldom while nothing changes. Thread-safe.
 */
final class Lookout {
  private static final Logger LOG = LoggerFactory.getLogger(Lookout.class);
  private static final int BATCH = 200;
  private static final int SLOWER_WITHOUT_RELAY = 5;

  private final Fanout fanout;
  private final EventHub hub;
  private final Board board;
  private final Executor boardCalls;
  private final BooleanSupplier relayUp;
  private final long afterNanos;
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicBoolean doubtAll = new AtomicBoolean();
  private long gatheredAtNanos = System.nanoTime();

  /**
   * Looks when told to.
   *
   * @param afterNanos a generation that was quiet for so long is looked up
   */
  Lookout(
      Fanout fanout,
      EventHub hub,
      Board board,
      Executor boardCalls,
      BooleanSupplier relayUp,
      long afterNanos) {
    this.fanout = fanout;
    this.hub = hub;
    this.board = board;
    this.boardCalls = boardCalls;
    this.relayUp = relayUp;
    this.afterNanos = afterNanos;
  }

  /** Anything may have been missed: looks everything up at the next occasion. */
  void doubtAll() {
    doubtAll.set(true);
  }

  /** Looks for what is due; does nothing while the last look is still under way. One thread. */
  void look(long nowNanos) {
    if (underWay.get() > 0) {
      return;
    }
    boolean all = doubtAll.getAndSet(false);
    boolean doubtful =
        all
            || (!relayUp.getAsBoolean()
                && nowNanos - gatheredAtNanos > SLOWER_WITHOUT_RELAY * afterNanos);
    Map<String, Watch> due = new HashMap<>();
    fanout.forEachWatch(
        (id, watch) -> {
          if (doubtful) {
            watch.doubt(afterNanos, nowNanos);
          }
          if (watch.due(afterNanos, nowNanos)) {
            due.put(id, watch);
            watch.looked(afterNanos, nowNanos);
            if (due.size() == BATCH) {
              lookUp(Map.copyOf(due));
              due.clear();
            }
          }
        });
    if (!due.isEmpty()) {
      lookUp(due);
    }
    if (doubtful) {
      gatheredAtNanos = nowNanos;
      lookUpUsers();
    }
  }

  private void lookUp(Map<String, Watch> due) {
    apart(
        () -> {
          for (Snapshot snapshot : board.snapshots(due.keySet())) {
            Watch watch = due.get(snapshot.generationId());
            if (watch != null) {
              tell(watch, snapshot);
            }
          }
        });
  }

  private void tell(Watch watch, Snapshot snapshot) {
    hub.observed(snapshot.present());
    EncodedEvent present = hub.encode(snapshot.present());
    watch.followers.forEach(follower -> follower.deliver(present));
    if (snapshot.terminal()) {
      fanout.known(snapshot.generationId(), snapshot.seq(), true);
    }
  }

  /** New generations of those who follow all of theirs, one after the other. */
  private void lookUpUsers() {
    List<Map.Entry<String, Set<Following>>> users = new ArrayList<>();
    fanout.forEachUser((userId, followers) -> users.add(Map.entry(userId, followers)));
    if (users.isEmpty()) {
      return;
    }
    apart(
        () ->
            users.forEach(
                user -> {
                  List<Snapshot> active = board.active(user.getKey());
                  user.getValue().forEach(follower -> follower.refresh(active));
                }));
  }

  private void apart(Runnable lookup) {
    underWay.incrementAndGet();
    try {
      boardCalls.execute(
          () -> {
            try {
              lookup.run();
            } catch (RuntimeException e) {
              LOG.debug("Could not look up what was missed", e);
              doubtAll();
            } finally {
              underWay.decrementAndGet();
            }
          });
    } catch (RejectedExecutionException e) {
      underWay.decrementAndGet();
    }
  }
}
