package com.jadariselabs.video.socket;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.jadariselabs.video.events.EncodedEvent;
import com.jadariselabs.video.events.EventHub;
import com.jadariselabs.video.events.GenerationEvent;
import com.jadariselabs.video.generation.Snapshot;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one client follows, and how far it has got. Thread-safe: its own lock alone, never held over
 * anything that waits.
 *
 * <p>A subscription is registered first and settles then: while its state is fetched, live events
 * are left to the hub's history, from which it goes on when it has settled. Each event reaches the
 * client once, in the order of {@code seq}; where one is missing and cannot be had any more, {@code
 * resync} comes before the next one, which tells the present state as every event does.
 */
final class Following {
  private static final long UNKNOWN = -1;
  private static final int ENDED_REMEMBERED = 32;

  private final String userId;
  private final Outlet outlet;
  private final EventHub hub;
  private final Fanout fanout;
  private final int most;
  private final Map<String, Follow> follows = new HashMap<>(2);

  /** How far the client had got with those of all its own that ended lately. */
  private @Nullable Map<String, Long> ended;

  private boolean all;
  private @Nullable Map<String, Long> heardWhileGathering;
  private int subscriptions;
  private boolean closed;
  private @Nullable String cancelling;

  Following(String userId, Outlet outlet, EventHub hub, Fanout fanout, int most) {
    this.userId = userId;
    this.outlet = outlet;
    this.hub = hub;
    this.fanout = fanout;
    this.most = most;
  }

  private static final class Follow {
    long last = UNKNOWN;
    boolean asked;
    boolean settling;
    boolean own = true;
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
      advance(event.generationId(), follow, event);
    }
  }

  /** Registers a subscription; it waits for {@link #settle} or {@link #abandon}. */
  synchronized boolean ask(String generationId) {
    Follow follow = follows.get(generationId);
    if (closed || ((follow == null || !follow.asked) && subscriptions >= most)) {
      return false;
    }
    if (follow == null) {
      follow = begin(generationId);
    }
    if (!follow.asked) {
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
        "subscribed", data(id).put("status", snapshot.status()).put("seq", snapshot.seq()));
    follow.own = snapshot.userId().equals(userId);
    fanout.known(id, snapshot.seq(), snapshot.terminal());
    if (after == null || !replay(id, follow, after, snapshot)) {
      if (after != null) {
        resync(id, snapshot.seq());
      }
      present(follow, snapshot);
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
    if (follow.last == UNKNOWN) {
      follow.asked = false;
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
    outlet.answer("subscribed", data(ClientMessages.ALL));
    for (Snapshot snapshot : active) {
      String id = snapshot.generationId();
      Follow follow = follows.get(id);
      if (follow == null) {
        follow = begin(id);
      }
      if (snapshot.seq() >= follow.last) {
        present(follow, snapshot);
        catchUp(id, follow);
      }
    }
    if (heard != null) {
      heard.keySet().removeAll(follows.keySet());
      heard.forEach(
          (id, first) -> {
            Follow follow = begin(id);
            follow.last = Math.max(first - 1, remembered(id));
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
      Follow follow = follows.get(snapshot.generationId());
      if (follow == null) {
        follow = begin(snapshot.generationId());
        present(follow, snapshot);
        catchUp(snapshot.generationId(), follow);
      } else if (!follow.settling) {
        advance(snapshot.generationId(), follow, hub.encode(snapshot.present()));
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
      Map.copyOf(follows)
          .forEach(
              (id, follow) -> {
                if (!follow.asked) {
                  end(id);
                }
              });
    }
  }

  /** From now on it is noted whether the client hears of this cancellation. */
  synchronized void expectCancelled(String generationId) {
    cancelling = generationId;
  }

  /** Whether the client has not heard of the cancellation since it is expected. */
  synchronized boolean stillExpectsCancelled() {
    return cancelling != null;
  }

  /** Tells of the cancellation, unless the client has heard of it meanwhile. */
  synchronized void tellCancelled(EncodedEvent event) {
    if (closed || cancelling == null) {
      return;
    }
    Follow follow = follows.get(event.generationId());
    if (follow != null && event.seq() > follow.last) {
      advance(event.generationId(), follow, event);
    } else {
      send(event);
    }
    if (follow == null && all) {
      remember(event.generationId(), event.seq()); // lest the live one come once more
    }
    cancelling = null;
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
    long last = remembered(event.generationId());
    if (last != UNKNOWN) {
      return last;
    }
    return event.event().type() == GenerationEvent.Type.QUEUED ? event.seq() - 1 : 0;
  }

  private long remembered(String generationId) {
    return ended == null ? UNKNOWN : ended.getOrDefault(generationId, UNKNOWN);
  }

  private void remember(String generationId, long last) {
    Map<String, Long> remembered = ended;
    if (remembered == null) {
      remembered = new LinkedHashMap<>();
      ended = remembered;
    }
    remembered.remove(generationId);
    remembered.put(generationId, last);
    if (remembered.size() > ENDED_REMEMBERED) {
      remembered.remove(remembered.keySet().iterator().next());
    }
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

  private void present(Follow follow, Snapshot snapshot) {
    send(hub.encode(snapshot.present()));
    follow.last = snapshot.seq();
  }

  /** Tells what came after; false when it is not all there. */
  private boolean replay(String id, Follow follow, long after, Snapshot snapshot) {
    long from = follow.last;
    follow.last = after;
    if (after == snapshot.seq()) {
      return true;
    }
    List<EncodedEvent> missed = hub.after(id, after).orElse(List.of());
    long reached = missed.isEmpty() ? after : missed.get(missed.size() - 1).seq();
    if (after < snapshot.seq() && reached >= snapshot.seq() - 1) {
      missed.forEach(this::send);
      follow.last = reached;
      if (reached < snapshot.seq()) {
        present(follow, snapshot);
      }
      return true;
    }
    follow.last = from;
    return false;
  }

  /** What the hub has heard beyond. */
  private void catchUp(String id, Follow follow) {
    hub.latest(id).ifPresent(latest -> advance(id, follow, latest));
  }

  private void advance(String id, Follow follow, EncodedEvent event) {
    if (event.seq() > follow.last) {
      if (event.seq() > follow.last + 1 && !fill(id, follow, event.seq())) {
        resync(id, event.seq());
      }
      send(event);
      follow.last = event.seq();
    }
    if (event.event().terminal() && event.seq() == follow.last && !follow.asked) {
      remember(id, follow.last);
      end(id);
    }
  }

  private boolean fill(String id, Follow follow, long upTo) {
    Optional<List<EncodedEvent>> after = hub.after(id, follow.last);
    List<EncodedEvent> missed =
        after.orElse(List.of()).stream().filter(event -> event.seq() < upTo).toList();
    if (missed.isEmpty() || missed.get(missed.size() - 1).seq() != upTo - 1) {
      return false;
    }
    missed.forEach(this::send);
    return true;
  }

  private void send(EncodedEvent event) {
    outlet.event(event);
    if (event.event().type() == GenerationEvent.Type.CANCELLED
        && event.generationId().equals(cancelling)) {
      cancelling = null;
    }
  }

  private void resync(String id, long seq) {
    outlet.answer("resync", data(id).put("seq", seq));
  }

  private static ObjectNode data(String generationId) {
    return JsonNodeFactory.instance.objectNode().put("generationId", generationId);
  }
}
