package com.jadariselabs.video.socket;

import com.jadariselabs.video.events.EncodedEvent;
import com.jadariselabs.video.events.GenerationEvent;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one client, in order. For a reader that stays behind a generation's progress takes
 * the place of the progress before it, never of another event. Not thread-safe: its owner locks.
 */
final class Outbox {
  private static final int SOME = 4;

  private final Function<EncodedEvent, ByteBuffer> form;
  private @Nullable ArrayDeque<Waiting> queue;
  private @Nullable Map<String, Waiting> latestProgress;
  private int bytes;

  Outbox(Function<EncodedEvent, ByteBuffer> form) {
    this.form = form;
  }

  private static final class Waiting {
    ByteBuffer content;

    Waiting(ByteBuffer content) {
      this.content = content;
    }
  }

  void add(ByteBuffer content) {
    append(new Waiting(content));
  }

  /** Adds an event; {@code behind} says that the reader does not keep up. */
  void add(EncodedEvent event, boolean behind) {
    ByteBuffer content = form.apply(event);
    boolean progress = event.event().type() == GenerationEvent.Type.PROGRESS;
    Map<String, Waiting> latest = latestProgress;
    if (!behind || !progress) {
      if (latest != null) {
        latest.remove(event.generationId());
      }
      append(new Waiting(content));
      return;
    }
    if (latest == null) {
      latest = new HashMap<>();
      latestProgress = latest;
    }
    Waiting before = latest.get(event.generationId());
    if (before == null) {
      Waiting waiting = new Waiting(content);
      latest.put(event.generationId(), waiting);
      append(waiting);
    } else {
      bytes += content.remaining() - before.content.remaining();
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
  @Nullable ByteBuffer poll() {
    ArrayDeque<Waiting> waiting = queue;
    if (waiting == null) {
      return null;
    }
    ByteBuffer content = waiting.remove().content;
    bytes -= content.remaining();
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

  private void append(Waiting waiting) {
    ArrayDeque<Waiting> present = queue;
    if (present == null) {
      present = new ArrayDeque<>(SOME);
      queue = present;
    }
    present.add(waiting);
    bytes += waiting.content.remaining();
  }
}
