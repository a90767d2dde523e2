package com.jadariselabs.video.events;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.common.base.Ticker;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings events to this process's listeners, in order, and remembers the latest for those who come
 * back. Thread-safe.
 *
 * <p>Each generation's events are told in the order of {@code seq}, also when two threads publish
 * them the other way round: one that comes early waits a moment for the one before it. One that
 * comes after a later one was told is dropped. No lock is held over all generations.
 */
public final class EventHub implements Events, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventHub.class);
  private static final long SWEEP_SECONDS = 30;

  private final ObjectMapper json = JsonMapper.builder().build();
  private final List<EventListener> listeners = new CopyOnWriteArrayList<>();
  private final List<Consumer<EncodedEvent>> relays = new CopyOnWriteArrayList<>();
  private final EventsSettings settings;
  private final Ticker ticker;
  private final History history;
  private final ScheduledExecutorService timer;

  /**
   * Works at once; a {@link Relay} connects it to other instances.
   *
   * @param ticker monotonic time
   */
  public EventHub(EventsSettings settings, Ticker ticker) {
    this.settings = settings;
    this.ticker = ticker;
    this.history = new History(settings);
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = Executors.defaultThreadFactory().newThread(task);
              thread.setName("events-timer");
              thread.setDaemon(true);
              return thread;
            });
    executor.setRemoveOnCancelPolicy(true);
    this.timer = executor;
    executor.scheduleWithFixedDelay(this::sweep, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void publish(GenerationEvent event) {
    EncodedEvent encoded = encode(event);
    take(encoded, false);
    for (Consumer<EncodedEvent> relay : relays) {
      relay.accept(encoded);
    }
  }

  /**
   * Takes in the state that the database tells, where its event never came. The listeners hear of
   * it unless they have heard of it or of a later one; it is not relayed.
   */
  public void observed(GenerationEvent present) {
    take(encode(present), true);
  }

  /** From now on this listener hears every event. */
  public void listen(EventListener listener) {
    listeners.add(listener);
  }

  /** No more. */
  public void forget(EventListener listener) {
    listeners.remove(listener);
  }

  /**
   * What is kept of a generation after this {@code seq}, up to its latest event, without a gap.
   *
   * @return empty when it is not all there, or nothing is known of a {@code seq} so high
   */
  public Optional<List<EncodedEvent>> after(String generationId, long seq) {
    return history.after(generationId, seq);
  }

  /** The latest event heard of a generation, while it is kept. */
  public Optional<EncodedEvent> latest(String generationId) {
    return history.latest(generationId);
  }

  /** The event with its bytes. */
  public EncodedEvent encode(GenerationEvent event) {
    return new EncodedEvent(event, json);
  }

  /** Ends the timer; events are still told, early ones no longer wait. */
  @Override
  public void close() {
    timer.shutdownNow();
  }

  /** Another instance's event. */
  void relayed(GenerationEvent event) {
    take(encode(event), false);
  }

  void relayThrough(Consumer<EncodedEvent> relay) {
    relays.add(relay);
  }

  void relayRestored() {
    for (EventListener listener : listeners) {
      try {
        listener.relayRestored();
      } catch (RuntimeException e) {
        LOG.error("A listener failed to look again", e);
      }
    }
  }

  ObjectMapper json() {
    return json;
  }

  private void take(EncodedEvent event, boolean certain) {
    History.Taken taken = history.take(event, certain, ticker.read());
    if (taken.beganToWait()) {
      waitForTheOneBefore(event.generationId(), taken.line());
    }
    deliver(taken.line());
  }

  private void waitForTheOneBefore(String generationId, Line line) {
    try {
      timer.schedule(
          () -> release(generationId, line),
          settings.reorderFor().toMillis(),
          TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) { // closed
      release(generationId, line);
    }
  }

  private void release(String generationId, Line line) {
    history.release(generationId, line, ticker.read());
    deliver(line);
  }

  /** Outside the lock; whoever comes meanwhile leaves its event to the one who is at it. */
  private void deliver(Line line) {
    synchronized (line.lock) {
      if (!line.beginDelivery()) {
        return;
      }
    }
    for (; ; ) {
      EncodedEvent event;
      synchronized (line.lock) {
        event = line.nextOutgoing();
      }
      if (event == null) {
        return;
      }
      tell(event);
    }
  }

  private void tell(EncodedEvent event) {
    for (EventListener listener : listeners) {
      try {
        listener.onEvent(event);
      } catch (RuntimeException e) {
        LOG.error("A listener failed on an event of {}", event.generationId(), e);
      }
    }
  }

  private void sweep() {
    history.forgetEndedBefore(ticker.read() - settings.keepEnded().toNanos());
  }
}
