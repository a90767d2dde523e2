package com.jadariselabs.video.socket;

import com.jadariselabs.video.events.EncodedEvent;
import com.jadariselabs.video.events.EventHub;
import com.jadariselabs.video.events.GenerationEvent;
import com.jadariselabs.video.generation.Snapshot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one client follows. Thread-safe: its own lock alone, never held over anything that waits.
 *
 * <p>A subscription is registered first and settles then: while its state is fetched, live events
 * are left to the hub's history, from which it goes on when it has settled. Where an event is
 * missing and cannot be had any more, {@code resync} comes before the next one, which tells the
 * present state as every event does.
 */
final class Following {
  private final String userId;
  private final Outlet outlet;
  private final EventHub hub;
  private final Fanout fanout;
  private final int most;
  private final Teller teller;
  private final Map<String, Follow> follows = new HashMap<>(2);
  private @Nullable EndedLately ended;
  private @Nullable Map<String, Long> heardWhileGathering;
  private boolean all;
  private int subscriptions;
  private boolean closed;

  /** Follows nothing yet, and at most so many at once. */
  Following(String userId, Outlet outlet, EventHub hub, Fanout fanout, int most) {
    this.userId = userId;
    this.outlet = outlet;
    this.hub = hub;
    this.fanout = fanout;
    this.most = most;
    this.teller = new Teller(outlet, hub);
  }

  /** A live event, or the state that the database tells. */
  synchronized void deliver(EncodedEvent event) {
    if (closed) {
      return;
    }
    Follow follow = follows.get(event.generationId());
    if (follow == null) {
      if (!all || !userId.equals(event.event().userId())) {
        return;
      }
      if (heardWhileGathering != null) {
        heardWhileGathering.putIfAbsent(event.generationId(), event.seq());
        return;
      }
      follow = begin(event.generationId());
      follow.last = lastBefore(event);
    }
    if (!follow.settling) {
      advance(follow, event);
    }
  }

  /** Registers a subscription; it waits for {@link #settle} or {@link #abandon}. */
  synchronized boolean ask(String generationId) {
    Follow follow = follows.get(generationId);
    boolean asked = follow != null && follow.asked;
    if (closed || (!asked && subscriptions >= most)) {
      return false;
    }
    if (follow == null) {
      follow = begin(generationId);
    }
    if (!asked) {
      follow.asked = true;
      subscriptions++;
    }
    follow.settling = true;
    return true;
  }

  /** Its state is there: answers, tells what was missed, and goes on live. */
  synchronized void settle(Snapshot snapshot, @Nullable Long after) {
    String id = snapshot.generationId();
    Follow follow = follows.get(id);
    if (closed || follow == null) {
      return;
    }
    outlet.answer(
        "subscribed", Teller.data(id).put("status", snapshot.status()).put("seq", snapshot.seq()));
    follow.own = snapshot.userId().equals(userId);
    fanout.known(id, snapshot.seq(), snapshot.terminal());
    if (after == null) {
      teller.present(follow, snapshot);
    } else {
      teller.replay(follow, after, snapshot);
    }
    follow.settling = false;
    catchUp(id, follow);
  }

  /** There is none, or its state cannot be had: as if it had not been asked for. */
  synchronized void abandon(String generationId) {
    Follow follow = follows.get(generationId);
    if (follow == null) {
      return;
    }
    follow.settling = false;
    if (follow.last == Follow.NOTHING) {
      subscriptions--;
      end(generationId);
    } else {
      catchUp(generationId, follow);
    }
  }

  /** Registers for all of the user's own; it waits for {@link #gathered}. */
  synchronized boolean askAll() {
    if (closed || (!all && subscriptions >= most)) {
      return false;
    }
    if (!all) {
      all = true;
      subscriptions++;
      fanout.watchUser(userId, this);
    }
    heardWhileGathering = new HashMap<>();
    return true;
  }

  /** The states of all that have not ended are there, or cannot be had when null. */
  synchronized void gathered(@Nullable List<Snapshot> active) {
    Map<String, Long> heard = heardWhileGathering;
    heardWhileGathering = null;
    if (closed || !all) {
      return;
    }
    if (active == null) {
      leaveAll();
      return;
    }
    outlet.answer("subscribed", Teller.data(ClientMessages.ALL));
    for (Snapshot snapshot : active) {
      Follow follow = followOf(snapshot.generationId());
      if (snapshot.seq() >= follow.last) {
        teller.present(follow, snapshot);
        catchUp(snapshot.generationId(), follow);
      }
    }
    if (heard != null) {
      heard.keySet().removeAll(follows.keySet());
      heard.forEach(
          (id, first) -> {
            Follow follow = begin(id);
            follow.last = Math.max(first - 1, endedLately().last(id));
            catchUp(id, follow);
          });
    }
  }

  /** Tells of the user's generations what may have been missed. */
  synchronized void refresh(List<Snapshot> active) {
    if (closed || !all || heardWhileGathering != null) {
      return;
    }
    for (Snapshot snapshot : active) {
      Follow follow = followOf(snapshot.generationId());
      if (follow.last == Follow.NOTHING && !follow.settling) {
        teller.present(follow, snapshot);
        catchUp(snapshot.generationId(), follow);
      } else if (!follow.settling) {
        advance(follow, hub.encode(snapshot.present()));
      }
    }
  }

  synchronized void leave(String generationId) {
    Follow follow = follows.get(generationId);
    if (follow != null && follow.asked) {
      follow.asked = false;
      subscriptions--;
      if (!all || !follow.own) {
        end(generationId);
      }
    }
  }

  synchronized void leaveAll() {
    if (all) {
      all = false;
      subscriptions--;
      fanout.unwatchUser(userId, this);
      Map.copyOf(follows).entrySet().stream()
          .filter(entry -> !entry.getValue().asked)
          .forEach(entry -> end(entry.getKey()));
    }
  }

  /** From now on it is noted whether the client hears of this cancellation. */
  synchronized void expectCancelled(String generationId) {
    teller.expectCancelled(generationId);
  }

  /** Whether the client has not heard of the cancellation since it is expected. */
  synchronized boolean stillExpectsCancelled() {
    return teller.expectsCancelled();
  }

  /** Tells of the cancellation, unless the client has heard of it meanwhile. */
  synchronized void tellCancelled(EncodedEvent event) {
    if (closed || !teller.expectsCancelled()) {
      return;
    }
    Follow follow = follows.get(event.generationId());
    if (follow != null && event.seq() > follow.last) {
      advance(follow, event);
      return;
    }
    teller.send(event);
    if (follow == null && all) {
      endedLately().remember(event.generationId(), event.seq()); // the live one may still come
    }
  }

  synchronized void close() {
    closed = true;
    follows.keySet().forEach(id -> fanout.unwatch(id, this));
    follows.clear();
    if (all) {
      fanout.unwatchUser(userId, this);
    }
  }

  /** A run begins with its being queued; anything else had something before it. */
  private long lastBefore(EncodedEvent event) {
    long last = endedLately().last(event.generationId());
    if (last != Follow.NOTHING) {
      return last;
    }
    return event.event().type() == GenerationEvent.Type.QUEUED ? event.seq() - 1 : 0;
  }

  private EndedLately endedLately() {
    EndedLately present = ended;
    if (present == null) {
      present = new EndedLately();
      ended = present;
    }
    return present;
  }

  private Follow followOf(String generationId) {
    Follow follow = follows.get(generationId);
    return follow == null ? begin(generationId) : follow;
  }

  private Follow begin(String generationId) {
    Follow follow = new Follow();
    follows.put(generationId, follow);
    fanout.watch(generationId, this);
    return follow;
  }

  private void end(String generationId) {
    follows.remove(generationId);
    fanout.unwatch(generationId, this);
  }

  /** What the hub has heard beyond. */
  private void catchUp(String id, Follow follow) {
    hub.latest(id).ifPresent(latest -> advance(follow, latest));
  }

  private void advance(Follow follow, EncodedEvent event) {
    if (teller.advance(follow, event) && !follow.asked) {
      endedLately().remember(event.generationId(), follow.last);
      end(event.generationId());
    }
  }
}
