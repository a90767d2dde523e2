package com.jadariselabs.video.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.testing.Audit;
import com.jadariselabs.video.testing.Client;
import com.jadariselabs.video.testing.FakeProvider;
import com.jadariselabs.video.testing.Instance;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * Three users who submit and cancel all the time, here and there; each follows what is theirs on a
 * socket that reconnects. Every other submission has a key, and is repeated, to whoever answers,
 * until it is answered. Some of what the provider makes for them fails.
 */
final class Traffic implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int PAUSE_MILLIS = 60;

  /** Cancelled are the latest: most others have ended. */
  private static final int LATEST = 20;

  /** A user's at once: what is submitted after a fault stands behind no long line. */
  private static final int MOST_OPEN = 10;

  private static final int WINDOW_SECONDS = 3;

  private final FakeProvider provider;
  private final Jdbi jdbi;
  private final long seed;
  private final List<Thread> users = new ArrayList<>();
  private final List<Follower> followers = new ArrayList<>();
  private final List<Instance> instances;
  private final Set<String> accepted = ConcurrentHashMap.newKeySet();
  private final Set<String> refusedPrompts = ConcurrentHashMap.newKeySet();
  private final List<String> odd = new CopyOnWriteArrayList<>();
  private final AtomicInteger refused = new AtomicInteger();
  private volatile boolean going = true;

  Traffic(List<Instance> instances, FakeProvider provider, Jdbi jdbi, long seed) {
    this.instances = instances;
    this.provider = provider;
    this.jdbi = jdbi;
    this.seed = seed;
    begin("ada", 0);
    begin("bob", 1);
    begin("cyd", 2);
  }

  /** The time of the database, as soon as it answers. */
  Instant now() {
    return Awaitility.await("the database answers")
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptions()
        .until(
            () ->
                jdbi.withHandle(
                    handle ->
                        handle.createQuery("SELECT clock_timestamp()").mapTo(Instant.class).one()),
            time -> time != null);
  }

  /** Something that was submitted after this moment comes to a good end in time. */
  void awaitMotion(String after, Instant since, Duration patience) {
    Awaitility.await("moving again after " + after)
        .atMost(patience)
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(
            () ->
                count(
                        "SELECT count(*) FROM generations WHERE status = 'completed'"
                            + " AND created_at > :since",
                        since)
                    > 0);
  }

  /** How many came to a good end in the last three seconds, of those after this moment. */
  int pace(Instant since) {
    return count(
        "SELECT count(*) FROM generations WHERE status = 'completed' AND completed_at > :since"
            + " AND completed_at > now() - interval '%d s'".formatted(WINDOW_SECONDS),
        since);
  }

  /** As many come to a good end again, as nearly as can be told: half as many at least. */
  void awaitPace(String after, int before, Instant since, Duration patience) {
    Awaitility.await("as quick as before, " + before + ", after " + after)
        .atMost(patience)
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(() -> 2 * pace(since) >= before);
  }

  /**
   * Ends it, waits for all that is under way, and audits everything.
   *
   * @param leftBehind see {@link Audit#assertFilesWhole(Jdbi, Path, long, int)}
   */
  void endAndAudit(Path dataDirectory, long videoBytes, int leftBehind) {
    close();
    provider.heal();
    Awaitility.await("all have ended")
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(
            () -> count("SELECT count(*) FROM generations WHERE completed_at IS NULL", null) == 0);
    Awaitility.await("nothing runs at the provider")
        .atMost(PATIENCE)
        .until(
            () ->
                provider.running() == 0
                    && count("SELECT count(*) FROM attempts WHERE state = 'running'", null) == 0);
    assertThat(odd).as("answers that were neither accepted nor an honest refusal").isEmpty();
    Audit.assertNothingLost(jdbi, accepted);
    assertThat(refusedAndYetCharged()).as("charged though the answer was 503").isEmpty();
    assertThat(twice()).as("submitted twice").isEmpty();
    Audit.assertNothingPaidTwice(jdbi, provider);
    Audit.assertFilesWhole(jdbi, dataDirectory, videoBytes, leftBehind);
    followers.forEach(Follower::assertOneEndEach);
    followers.forEach(Follower::close);
  }

  /** In words, for the printed record. */
  String summary() {
    return "%d accepted, %d refused, %d predictions"
        .formatted(accepted.size(), refused.get(), provider.made().size());
  }

  @Override
  public void close() {
    going = false;
    for (Thread user : users) {
      try {
        user.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void begin(String user, int home) {
    List<Instance> mine = new ArrayList<>(instances);
    Collections.rotate(mine, -home);
    Follower follower = new Follower(user, mine);
    followers.add(follower);
    Thread thread = new Thread(() -> live(user, follower, mine), "traffic-of-" + user);
    thread.setDaemon(true);
    thread.start();
    users.add(thread);
  }

  private void live(String user, Follower follower, List<Instance> mine) {
    Random random = new Random(seed + user.hashCode());
    List<String> made = new ArrayList<>();
    for (int number = 1; going; number++) {
      while (going && follower.open() >= MOST_OPEN) {
        pause(PAUSE_MILLIS);
      }
      if (random.nextInt(12) == 0) {
        provider.failNext(random.nextBoolean() ? "E1000: unknown" : "E005: flagged as sensitive");
      }
      String prompt = "Lion %d of %s".formatted(number, user);
      int place = random.nextInt(4) > 0 ? 0 : random.nextInt(mine.size());
      submitted(user, mine, place, prompt, 1 + random.nextInt(9), random.nextBoolean())
          .ifPresent(
              id -> {
                accepted.add(id);
                made.add(id);
                follower.follow(id);
              });
      if (random.nextInt(5) == 0 && !made.isEmpty()) {
        int back = 1 + random.nextInt(Math.min(LATEST, made.size()));
        cancel(mine.get(place).user(user, "pro"), made.get(made.size() - back));
      }
      pause(PAUSE_MILLIS);
    }
  }

  /** One submission: without a key once, with one until it is answered. */
  private Optional<String> submitted(
      String user, List<Instance> mine, int place, String prompt, int seconds, boolean keyed) {
    String[] headers = keyed ? new String[] {"Idempotency-Key", prompt} : new String[0];
    String body = Client.body(prompt, seconds);
    for (int turn = place; ; turn++) {
      Client client = mine.get(turn % mine.size()).user(user, "pro");
      try {
        Client.Answer answer = client.send("POST", "/api/generate/video", body, headers).join();
        if (honest(answer, 202)) {
          return Optional.of(answer.generationId());
        }
        if (!keyed) {
          refusedPrompts.add(prompt);
        }
        keyed &= answer.status() == 503 || answer.status() == 409;
      } catch (CompletionException e) {
        refused.incrementAndGet();
      }
      if (!keyed) {
        return Optional.empty();
      }
      pause(PAUSE_MILLIS);
    }
  }

  private void cancel(Client client, String id) {
    try {
      honest(client.send("DELETE", "/api/generate/video?generation_id=" + id, null).join(), 200);
    } catch (CompletionException e) {
      refused.incrementAndGet();
    }
  }

  /** What was written and then taken back whole has cost nothing. */
  private List<String> refusedAndYetCharged() {
    return rows("SELECT prompt FROM generations WHERE credits_refunded < credits_charged").stream()
        .filter(refusedPrompts::contains)
        .toList();
  }

  private List<String> twice() {
    return rows("SELECT prompt FROM generations GROUP BY prompt HAVING count(*) > 1");
  }

  private List<String> rows(String sql) {
    return jdbi.withHandle(handle -> handle.createQuery(sql).mapTo(String.class).list());
  }

  /** Whether it was done; what was neither done nor honestly refused is noted. */
  private boolean honest(Client.Answer answer, int good) {
    if (answer.status() == 503 && answer.header("Retry-After").isPresent()) {
      refused.incrementAndGet();
    } else if (answer.status() != good && answer.status() != 409) {
      odd.add(answer.status() + " " + answer.text());
    }
    return answer.status() == good;
  }

  private int count(String sql, @Nullable Instant since) {
    return jdbi.withHandle(
        handle -> {
          Query query = handle.createQuery(sql);
          return (since == null ? query : query.bind("since", since)).mapTo(Integer.class).one();
        });
  }

  static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
