package com.jadariselabs.video.pipeline;

import com.jadariselabs.video.catalog.Catalog;
import com.jadariselabs.video.generation.Attempt;
import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.generation.Transitions;
import com.jadariselabs.video.media.Media;
import com.jadariselabs.video.media.Sniffed;
import com.jadariselabs.video.replicate.Prediction;
import com.jadariselabs.video.replicate.Replicate;
import com.jadariselabs.video.replicate.ReplicateException;
import com.jadariselabs.video.storage.Kind;
import com.jadariselabs.video.storage.Storage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies the output out of the provider's hands, looks at it and keeps it. The provider removes
 * outputs after an hour, so troubles of the way or of the storage are retried within it. Files
 * carry the fence in their key: who lost the lease overwrites nothing. Thread-safe.
 */
final class Collection {
  private static final Logger LOG = LoggerFactory.getLogger(Collection.class);
  private static final Duration OUTPUTS_LIVE = Duration.ofMinutes(55);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final Transitions transitions;
  private final Catalog catalog;
  private final Replicate replicate;
  private final Media media;
  private final Storage storage;
  private final Leftovers leftovers;
  private final Outcomes outcomes;
  private final PipelineSettings settings;
  private final Path temporary;
  private final Clock clock;
  private final Executor executor;

  Collection(
      Transitions transitions,
      Catalog catalog,
      Replicate replicate,
      Keeping keeping,
      Outcomes outcomes,
      PipelineSettings settings,
      Clock clock,
      Executor executor) {
    this.transitions = transitions;
    this.catalog = catalog;
    this.replicate = replicate;
    this.media = keeping.media();
    this.storage = keeping.storage();
    this.leftovers = keeping.leftovers();
    this.temporary = keeping.temporary();
    this.outcomes = outcomes;
    this.settings = settings;
    this.clock = clock;
    this.executor = executor;
  }

  /**
   * What files go through.
   *
   * @param temporary an existing folder of this process alone
   */
  record Keeping(Media media, Storage storage, Leftovers leftovers, Path temporary) {}

  CompletionStage<Next> collect(Work work) {
    Prediction seen = work.prediction();
    if (seen == null) {
      return again(work);
    }
    Optional<URI> output = output(work, seen);
    if (output.isEmpty()) {
      return CompletableFuture.completedFuture(
          outcomes.attemptFailed(work, "invalid_output", "The model gave back no video.", true));
    }
    Generation g = work.generation();
    Path file = temporary.resolve(g.id() + "-" + g.leaseToken() + ".download");
    return replicate
        .download(output.get(), file, settings.maxOutputBytes())
        .handleAsync(
            Told.of(
                g,
                (length, failure) -> failure == null ? keep(work, file) : refused(work, failure)),
            executor)
        .whenComplete((next, failure) -> discard(file));
  }

  /** After a takeover the prediction is asked for once more. */
  private CompletionStage<Next> again(Work work) {
    Attempt attempt = work.attempt();
    String id = attempt == null ? null : attempt.predictionId();
    if (id == null) {
      return CompletableFuture.completedFuture(
          outcomes.attemptFailed(work, "invalid_output", "The output was lost.", true));
    }
    return replicate
        .get(id)
        .handleAsync(
            Told.of(
                work.generation(),
                (prediction, failure) ->
                    prediction == null
                        ? refused(work, failure)
                        : new Next.Again(work.seen(prediction), Duration.ZERO)),
            executor);
  }

  private Next keep(Work work, Path file) {
    Generation g = work.generation();
    Path poster = temporary.resolve(g.id() + "-" + g.leaseToken() + ".jpg");
    Leftovers.Pair unsettled = null;
    try {
      if (!(media.sniff(file) instanceof Sniffed.Video)) {
        return outcomes.attemptFailed(
            work, "invalid_output", "What the model gave back is no video.", true);
      }
      media.fastStart(file);
      boolean hasPoster = media.poster(file, poster);
      String fence = String.valueOf(g.leaseToken());
      String videoKey = storage.store(g.id(), fence, Kind.VIDEO, file);
      leftovers.inHand(videoKey);
      unsettled = new Leftovers.Pair(g, videoKey, null);
      if (hasPoster) {
        String posterKey = storage.store(g.id(), fence, Kind.POSTER, poster);
        unsettled = new Leftovers.Pair(g, videoKey, posterKey);
      }
      Optional<Generation> completed =
          transitions.completed(g, videoKey, unsettled.posterKey(), Outcomes.figures(work));
      if (completed.isPresent()) {
        unsettled = null;
      } else {
        // Where the answer to an earlier write was lost, these very files may be the row's.
        leftovers.remember(unsettled);
        unsettled = null;
        leftovers.settle(videoKey);
      }
      return new Next.Done();
    } catch (IOException | RuntimeException e) {
      LOG.warn("the output could not be kept: {}", e.getClass().getSimpleName());
      return later(work, "storage_unavailable", "The video could not be stored.");
    } finally {
      discard(poster);
      if (unsettled != null) {
        leftovers.remember(unsettled);
      }
    }
  }

  private Next refused(Work work, @Nullable Throwable failure) {
    ReplicateException refused = Outcomes.provider(failure);
    return switch (refused.kind()) {
      case NOT_FOUND ->
          outcomes.failed(
              work, "output_expired", "The provider removed the video before it was copied.", true);
      case TOO_LARGE ->
          outcomes.failed(work, "output_too_large", "The video is larger than allowed.", true);
      case REFUSED_OUTPUT ->
          outcomes.failed(
              work, "output_refused", "The video lies where it must not be fetched from.", true);
      case LOCAL_DISK -> later(work, "storage_unavailable", "The video could not be stored.");
      default -> later(work, "output_unavailable", "The video could not be fetched.");
    };
  }

  private Next later(Work work, String code, String message) {
    if (Duration.between(rendered(work), clock.instant()).compareTo(OUTPUTS_LIVE) > 0) {
      return outcomes.failed(work, code, message, true);
    }
    return outcomes.again(
        work, Outcomes.backOff(settings.pollInterval(), work.tries() + 1, LONGEST_PAUSE));
  }

  private Instant rendered(Work work) {
    Prediction seen = work.prediction();
    if (seen != null && seen.completedAt() != null) {
      return seen.completedAt();
    }
    Attempt attempt = work.attempt();
    return attempt == null ? clock.instant() : attempt.startedAt();
  }

  private Optional<URI> output(Work work, Prediction prediction) {
    return catalog
        .model(work.generation().model())
        .flatMap(model -> catalog.video(model, prediction.output()));
  }

  private static void discard(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.debug("a temporary file stays: {}", e.toString());
    }
  }
}
