package com.jadariselabs.video.generation;

import com.jadariselabs.video.cache.Cache;
import com.jadariselabs.video.events.Events;
import com.jadariselabs.video.events.GenerationEvent;
import com.jadariselabs.video.events.GenerationEvent.Head;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Turns rows into the events that tell them, and publishes them after the commit; whoever reads
 * after hearing an event reads what it told. Thread-safe.
 */
final class Announcer {
  private final Events events;
  private final MediaLinks links;
  private final Clock clock;
  private final Cache<String, Generation> reads;

  Announcer(Events events, MediaLinks links, Cache<String, Generation> reads, Clock clock) {
    this.events = events;
    this.reads = reads;
    this.links = links;
    this.clock = clock;
  }

  void queued(String id, String userId, long seq, int position) {
    events.publish(GenerationEvent.queued(new Head(id, userId, seq, clock.millis()), position));
  }

  /** Another place in the line. */
  void moved(Generation g, int position) {
    reads.put(g.id(), g);
    queued(g.id(), g.userId(), g.seq(), position);
  }

  void started(Generation g) {
    reads.put(g.id(), g);
    events.publish(GenerationEvent.started(head(g), String.valueOf(g.leaseOwner())));
  }

  void progressed(Generation g, boolean estimated) {
    reads.put(g.id(), g);
    events.publish(progress(g, estimated));
  }

  /** Completed, failed for good, or cancelled. */
  void ended(Generation g) {
    reads.put(g.id(), g);
    events.publish(present(g, null));
  }

  void retrying(Generation g, String code, String message, Duration delay) {
    reads.put(g.id(), g);
    events.publish(GenerationEvent.failed(head(g), code, message, delay.toMillis()));
  }

  /** The event that tells the row's present state. */
  GenerationEvent present(Generation g, @Nullable Integer place) {
    return switch (g.state()) {
      case QUEUED -> waiting(g, place);
      case PROCESSING ->
          "enhancing".equals(g.stage())
              ? GenerationEvent.started(head(g), String.valueOf(g.leaseOwner()))
              : progress(g, false);
      case COMPLETED -> GenerationEvent.completed(head(g), video(g), poster(g));
      case FAILED ->
          GenerationEvent.failed(
              head(g), String.valueOf(g.errorCode()), String.valueOf(g.errorMessage()), null);
      case CANCELLED -> GenerationEvent.cancelled(head(g));
    };
  }

  private GenerationEvent waiting(Generation g, @Nullable Integer place) {
    Instant retryAt = g.retryAt();
    if (retryAt != null && retryAt.isAfter(clock.instant())) {
      long millis = Duration.between(clock.instant(), retryAt).toMillis();
      return GenerationEvent.failed(
          head(g), "retrying", "The last attempt failed; another one follows.", millis);
    }
    return GenerationEvent.queued(head(g), place == null ? g.queuePosition() : place);
  }

  private GenerationEvent progress(Generation g, boolean estimated) {
    String stage = g.stage() == null ? "generating" : g.stage();
    String message =
        switch (stage) {
          case "enhancing" -> "Enhancing the prompt";
          case "uploading" -> "Saving the video";
          default -> estimated ? "Generating the video (estimated)" : "Generating the video";
        };
    return GenerationEvent.progress(head(g), g.percent(), stage, message);
  }

  /** Null where the video was removed since. */
  private @Nullable String video(Generation g) {
    String key = g.videoKey();
    return key == null ? null : links.video(g.id(), key);
  }

  private @Nullable String poster(Generation g) {
    String key = g.posterKey();
    return key == null ? null : links.poster(g.id(), key);
  }

  private Head head(Generation g) {
    return new Head(g.id(), g.userId(), g.seq(), clock.millis());
  }
}
