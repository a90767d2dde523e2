package com.jadariselabs.video.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import com.jadariselabs.video.catalog.Quality;
import com.jadariselabs.video.events.GenerationEvent;
import com.jadariselabs.video.generation.Attempt;
import com.jadariselabs.video.generation.Attempts;
import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.generation.Transitions;
import com.jadariselabs.video.media.Media;
import com.jadariselabs.video.media.MediaSettings;
import com.jadariselabs.video.prompts.PromptRules;
import com.jadariselabs.video.replicate.Replicate;
import com.jadariselabs.video.replicate.ReplicateSettings;
import com.jadariselabs.video.storage.LocalStorage;
import com.jadariselabs.video.testing.Clips;
import com.jadariselabs.video.testing.FakeProvider;
import com.jadariselabs.video.testing.House;
import com.jadariselabs.video.testing.SteppableClock;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.awaitility.Awaitility;

/**
 * The pipeline on a house, with a provider to be scripted and real files: one step at a time, as
 * any worker.
 *
 * <pre>{@code
 * Generation g = bench.accepted();
 * Work work = bench.claim(g.id());        // as a worker would
 * Next next = bench.once(work);           // one step
 * bench.abandon(g.id());                  // the worker dies; somebody else may claim
 * bench.runToEnd(g.id());                 // whatever it takes
 * }</pre>
 */
final class Bench implements AutoCloseable {
  static final PipelineSettings SETTINGS =
      new PipelineSettings(
          Duration.ofSeconds(30),
          Duration.ofMillis(20),
          Duration.ofSeconds(300),
          3,
          Duration.ofMillis(100),
          Duration.ofMinutes(10),
          4 << 20);
  private static final int MOST_VISITS = 100;

  private final ExecutorService steps = Executors.newFixedThreadPool(8);
  private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
  private final SteppableClock clock = new SteppableClock();
  private final House house;
  private final FakeProvider provider;
  private final Replicate replicate;
  private final Path folder;
  private final LocalStorage storage;
  private final Shelf shelf;
  private final Leftovers leftovers;
  private final Album images;
  private final GenerationPipeline pipeline;
  private final Settlement settlement;
  private final Visits visits;

  Bench(House house) {
    this(house, SETTINGS);
  }

  Bench(House house, PipelineSettings settings) {
    this(house, settings, Bench::impatient);
  }

  /** With a client of the provider that waits as long as the service's own. */
  static Bench patient(House house) {
    return new Bench(
        house, SETTINGS, at -> ReplicateSettings.at(at.apiUrl(), "r8_test").unlimited());
  }

  private Bench(
      House house, PipelineSettings settings, Function<FakeProvider, ReplicateSettings> client) {
    this.house = house;
    try {
      this.provider = FakeProvider.start(Files.readAllBytes(Clips.small())).takesPolls(3);
      this.folder = Files.createTempDirectory("bench");
      Files.createDirectories(folder.resolve("tmp"));
      this.storage = LocalStorage.open(folder, "http://media", null, clock);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.shelf = new Shelf(storage);
    this.images = new Album(storage, folder.resolve("tmp"), false);
    this.replicate = new Replicate(client.apply(provider), new CollectorRegistry(), clock);
    Outcomes outcomes = new Outcomes(transitions(), settings);
    Orphans orphans = new Orphans(attempts(), replicate);
    Creation creation =
        new Creation(
            attempts(),
            house.catalog(),
            replicate,
            images,
            orphans,
            outcomes,
            settings,
            clock,
            steps);
    this.leftovers = new Leftovers(transitions(), attempts(), shelf);
    Collection collection =
        new Collection(
            transitions(),
            house.catalog(),
            replicate,
            new Collection.Keeping(
                new Media(new MediaSettings(MediaSettings.NONE, MediaSettings.NONE, 0, 0)),
                shelf,
                leftovers,
                folder.resolve("tmp")),
            outcomes,
            settings,
            clock,
            steps);
    this.pipeline =
        new GenerationPipeline(
            transitions(),
            new Picturing(
                transitions(),
                images,
                house.moderation(),
                house.reputations(),
                outcomes,
                settings,
                steps),
            creation,
            collection,
            g -> CompletableFuture.completedFuture(prompt(g)),
            new Scrutiny(house.moderation(), house.reputations(), outcomes, settings, steps),
            replicate,
            outcomes,
            settings,
            clock,
            steps);
    this.settlement = new Settlement(attempts(), orphans, replicate, clock, steps);
    this.visits =
        new Visits(pipeline, transitions(), attempts(), settlement, settings, steps, timers);
  }

  private String prompt(Generation g) {
    return g.enhance()
        ? new PromptRules(house.catalog())
            .enhance(
                g.prompt(),
                g.style(),
                Quality.of(g.quality()).orElseThrow(),
                house.catalog().model(g.model()).orElseThrow())
        : g.prompt();
  }

  private static ReplicateSettings impatient(FakeProvider provider) {
    return new ReplicateSettings(
        provider.apiUrl(),
        "r8_test",
        null,
        io.dropwizard.util.Duration.seconds(2),
        io.dropwizard.util.Duration.milliseconds(1_500),
        io.dropwizard.util.Duration.seconds(3),
        io.dropwizard.util.Duration.seconds(5),
        -1,
        -1,
        0,
        io.dropwizard.util.Duration.milliseconds(1_500));
  }

  /** The pipeline's time; the database has its own. */
  SteppableClock clock() {
    return clock;
  }

  FakeProvider provider() {
    return provider;
  }

  Replicate replicate() {
    return replicate;
  }

  Shelf shelf() {
    return shelf;
  }

  Visits visits() {
    return visits;
  }

  Leftovers unsettledFiles() {
    return leftovers;
  }

  Settlement settlement() {
    return settlement;
  }

  Transitions transitions() {
    return house.transitions();
  }

  Attempts attempts() {
    return house.attempts();
  }

  /** Slots are freed by events, as in the service. */
  Bench listening() {
    house
        .hub()
        .listen(
            event -> {
              if (event.event().terminal()) {
                visits.ended(event.generationId(), event.seq());
              }
            });
    return this;
  }

  /** Five seconds of a new user of 1,000 credits; five of them are charged. */
  Generation accepted() {
    return house.accepted(House.anyone());
  }

  /** Takes it as a worker does. */
  Work claim(String id) {
    return tryClaim(id).orElseThrow(() -> new AssertionError("not to be claimed: " + row(id)));
  }

  Optional<Work> tryClaim(String id) {
    return transitions()
        .claim(id, "worker", SETTINGS.lease())
        .map(g -> Work.of(g, attempts().present(g).orElse(null)));
  }

  /** Does one step and waits for its end. */
  Next once(Work work) {
    return join(begin(work));
  }

  /** Begins a step. */
  CompletableFuture<Next> begin(Work work) {
    return pipeline.visit(work).toCompletableFuture();
  }

  static Next join(CompletableFuture<Next> step) {
    return step.orTimeout(20, TimeUnit.SECONDS).join();
  }

  /** Does one step that is not the last. */
  Work on(Work work) {
    Next next = once(work);
    if (next instanceof Next.Again again) {
      return again.work();
    }
    throw new AssertionError("ended at " + work.step() + ": " + row(work.generation().id()));
  }

  /** Visits until this step is the next one. */
  Work until(Step step, Work work) {
    Work at = work;
    for (int i = 0; i < MOST_VISITS; i++) {
      if (at.step() == step) {
        return at;
      }
      at = on(at);
    }
    throw new AssertionError("never came to " + step + ", is at " + at.step());
  }

  /** Claims it and visits until this step is the next one. */
  Work until(Step step, String id) {
    return until(step, claim(id));
  }

  /** Visits until nothing more is to be done under this lease. */
  void finish(Work work) {
    Work at = work;
    for (int i = 0; i < MOST_VISITS; i++) {
      if (once(at) instanceof Next.Again again) {
        at = again.work();
      } else {
        settlement.settle(at.generation().id());
        return;
      }
    }
    throw new AssertionError("no end after " + MOST_VISITS + " visits, at " + at.step());
  }

  /** Claims and visits, attempt after attempt, until it has ended; no pause is kept. */
  Generation runToEnd(String id) {
    for (int i = 0; i < MOST_VISITS; i++) {
      if (row(id).state().terminal()) {
        return row(id);
      }
      due(id);
      finish(claim(id));
    }
    throw new AssertionError("no end: " + row(id));
  }

  /** As {@link #runToEnd}, after the worker that holds it has died. */
  Generation runToEndAfterAbandon(String id) {
    abandon(id);
    return runToEnd(id);
  }

  /** Its worker gives no sign of life for longer than its lease. */
  void abandon(String id) {
    sql(
        "UPDATE generations SET lease_until = now() - interval '1 second'"
            + " WHERE id = '%s' AND status = 'processing'",
        id);
  }

  /** The pause before the next attempt is over. */
  void due(String id) {
    sql(
        "UPDATE generations SET retry_at = now() WHERE id = '%s' AND status = 'queued'"
            + " AND retry_at IS NOT NULL",
        id);
  }

  @FormatMethod
  void sql(@FormatString String statement, Object... parts) {
    house.jdbi().useHandle(handle -> handle.execute(statement.formatted(parts)));
  }

  /** As the database has it. */
  Generation row(String id) {
    return house
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .registerRowMapper(
                        org.jdbi.v3.core.mapper.reflect.ConstructorMapper.factory(Generation.class))
                    .select("SELECT * FROM generations WHERE id = ?", id)
                    .mapTo(Generation.class)
                    .one());
  }

  List<Attempt> attempts(String id) {
    return house.generations().attempts(id);
  }

  long balance(Generation g) {
    return house.accounts().find(g.userId()).orElseThrow().balance();
  }

  List<GenerationEvent> story(String id) {
    return house.events().stream().filter(event -> event.generationId().equals(id)).toList();
  }

  /** No gap, nothing twice; one terminal event, the last; percent never back in an attempt. */
  void assertToldInOrder(String id) {
    List<GenerationEvent> story = story(id);
    int percent = 0;
    for (int i = 0; i < story.size(); i++) {
      GenerationEvent event = story.get(i);
      assertThat(event.seq()).as("seq of %s in %s", event.type(), story).isEqualTo(i + 1);
      assertThat(event.terminal()).as("terminal: %s", event).isEqualTo(i == story.size() - 1);
      if (event.type() == GenerationEvent.Type.PROGRESS) {
        assertThat(event.data().get("percent").asInt()).isBetween(percent, 99);
        percent = event.data().get("percent").asInt();
      } else if (event.type() == GenerationEvent.Type.FAILED) {
        percent = 0;
      }
    }
    assertThat(row(id).seq()).isEqualTo(story.size());
  }

  /**
   * As {@link #assertToldInOrder}; of events at the same moment a late progress may be left out.
   */
  void assertEndedOnce(String id) {
    List<GenerationEvent> story = story(id);
    assertThat(story)
        .extracting(GenerationEvent::seq)
        .isSorted()
        .doesNotHaveDuplicates()
        .endsWith(row(id).seq());
    assertThat(story).filteredOn(GenerationEvent::terminal).hasSize(1);
    assertThat(story.get(story.size() - 1).terminal()).isTrue();
  }

  /** Nothing runs at the provider any more, and each attempt is known to be over. */
  void assertSettled(String id) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(20))
        .untilAsserted(
            () -> {
              settlement.settle(id);
              assertThat(provider.running()).isZero();
              assertThat(attempts(id)).allMatch(Attempt::over);
            });
  }

  /** The files of a generation's folder, whosever fence they carry. */
  List<Path> files(String id) {
    try (var all = Files.walk(folder.resolve("media"))) {
      return all.filter(Files::isRegularFile)
          .filter(path -> path.toString().contains(id))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What downloads and posters have left behind. */
  List<Path> leftovers() {
    try (var all = Files.list(folder.resolve("tmp"))) {
      return all.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As at the end of the process: no thread takes another step. */
  void endSteps() {
    steps.shutdown();
  }

  @Override
  public void close() {
    timers.shutdownNow();
    replicate.close();
    provider.close();
    images.close();
    steps.shutdownNow();
    try (var all = Files.walk(folder)) {
      for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
