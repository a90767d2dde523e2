package com.jadariselabs.video.socket;

import com.jadariselabs.video.events.EncodedEvent;
import com.jadariselabs.video.events.GenerationEvent;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one client, in order. For a reader that stays behind a generation's progress takes
 * the place of the progress before it, never of another event. Not thread-safe: its owner locks.
 */
final class Outbox<T> {
  private static final int SOME = 4;

  private final Function<EncodedEvent, T> form;
  private final ToIntFunction<T> size;
  private @Nullable ArrayDeque<Waiting<T>> queue;
  private @Nullable Map<String, Waiting<T>> latestProgress;
  private int bytes;

  Outbox(Function<EncodedEvent, T> form, ToIntFunction<T> size) {
    this.form = form;
    this.size = size;
  }

  private static final class Waiting<T> {
    T content;

    Waiting(T content) {
      this.content = content;
    }
  }

  void add(T content) {
    append(new Waiting<>(content));
  }

  /** Adds an event; {@code behind} says that the reader does not keep up. */
  void add(EncodedEvent event, boolean behind) {
    T content = form.apply(event);
    boolean progress = event.event().type() == GenerationEvent.Type.PROGRESS;
    Map<String, Waiting<T>> latest = latestProgress;
    if (!behind || !progress) {
      if (latest != null) {
        latest.remove(event.generationId());
      }
      append(new Waiting<>(content));
      return;
    }
    if (latest == null) {
      latest = new HashMap<>();
      latestProgress = latest;
    }
    Waiting<T> before = latest.get(event.generationId());
    if (before == null) {
      Waiting<T> waiting = new Waiting<>(content);
      latest.put(event.generationId(), waiting);
      append(waiting);
    } else {
      bytes += size.applyAsInt(content) - size.applyAsInt(before.content);
      before.content = content;
    }
  }

  boolean isEmpty() {
    return queue == null;
  }

  /** How much waits. */
  int bytes() {
    return bytes;
  }

  /** Takes the first out; null when nothing waits. */
  @Nullable T poll() {
    ArrayDeque<Waiting<T>> waiting = queue;
    if (waiting == null) {
      return null;
    }
    T content = waiting.remove().content;
    bytes -= size.applyAsInt(content);
    latestProgress = null; // what was taken out must not be replaced any more
    if (waiting.isEmpty()) {
      queue = null;
    }
    return content;
  }

  void clear() {
    queue = null;
    latestProgress = null;
    bytes = 0;
  }

  private void append(Waiting<T> waiting) {
    ArrayDeque<Waiting<T>> present = queue;
    if (present == null) {
      present = new ArrayDeque<>(SOME);
      queue = present;
    }
    present.add(waiting);
    bytes += size.applyAsInt(waiting.content);
  }
}
