package com.jadariselabs.video.socket;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.jadariselabs.video.events.EncodedEvent;
import com.jadariselabs.video.events.EventHub;
import com.jadariselabs.video.events.GenerationEvent;
import com.jadariselabs.video.generation.Snapshot;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells one client events: each once, in the order of {@code seq}, and never with a silent gap.
 * Guarded by its {@link Following}.
 */
final class Teller {
  private final Outlet outlet;
  private final EventHub hub;
  private @Nullable String cancelling;

  Teller(Outlet outlet, EventHub hub) {
    this.outlet = outlet;
    this.hub = hub;
  }

  static ObjectNode data(String generationId) {
    return JsonNodeFactory.instance.objectNode().put("generationId", generationId);
  }

  /** The present state, whatever was told before. */
  void present(Follow follow, Snapshot snapshot) {
    send(hub.encode(snapshot.present()));
    follow.last = snapshot.seq();
  }

  /** What came after; where that is not all there, {@code resync} and the present state. */
  void replay(Follow follow, long after, Snapshot snapshot) {
    follow.last = after;
    if (after == snapshot.seq()) {
      return;
    }
    List<EncodedEvent> missed = hub.after(snapshot.generationId(), after).orElse(List.of());
    long reached = missed.isEmpty() ? after : missed.get(missed.size() - 1).seq();
    if (after > snapshot.seq() || reached < snapshot.seq() - 1) {
      resync(snapshot.generationId(), snapshot.seq());
      present(follow, snapshot);
      return;
    }
    missed.forEach(this::send);
    follow.last = reached;
    if (reached < snapshot.seq()) {
      present(follow, snapshot);
    }
  }

  /**
   * An event, unless it was told; before it what is missing, or {@code resync}.
   *
   * @return whether this was, now or before, the last one of its run
   */
  boolean advance(Follow follow, EncodedEvent event) {
    long seq = event.seq();
    if (seq > follow.last) {
      if (seq > follow.last + 1 && !fill(follow, event)) {
        resync(event.generationId(), seq);
      }
      send(event);
      follow.last = seq;
    }
    return event.event().terminal() && seq == follow.last;
  }

  void send(EncodedEvent event) {
    outlet.event(event);
    if (event.event().type() == GenerationEvent.Type.CANCELLED
        && event.generationId().equals(cancelling)) {
      cancelling = null;
    }
  }

  /** From now on it is noted whether the client hears of this cancellation. */
  void expectCancelled(String generationId) {
    cancelling = generationId;
  }

  /** Whether it has not yet. */
  boolean expectsCancelled() {
    return cancelling != null;
  }

  private boolean fill(Follow follow, EncodedEvent event) {
    Optional<List<EncodedEvent>> after = hub.after(event.generationId(), follow.last);
    List<EncodedEvent> missed =
        after.orElse(List.of()).stream().filter(one -> one.seq() < event.seq()).toList();
    if (missed.isEmpty() || missed.get(missed.size() - 1).seq() != event.seq() - 1) {
      return false;
    }
    missed.forEach(this::send);
    return true;
  }

  private void resync(String generationId, long seq) {
    outlet.answer("resync", data(generationId).put("seq", seq));
  }
}
