package com.jadariselabs.video.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.testing.Audit;
import com.jadariselabs.video.testing.Client;
import com.jadariselabs.video.testing.FakeProvider;
import com.jadariselabs.video.testing.Instance;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jdbi.v3.core.Jdbi;

/**
 * Two users who submit and cancel all the time, here or, when nobody answers, there; each follows
 * what is theirs on a socket that reconnects. Some of what the provider makes for them fails.
 */
final class Traffic implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int PAUSE_MILLIS = 60;

  private final FakeProvider provider;
  private final Jdbi jdbi;
  private final long seed;
  private final List<Thread> users = new ArrayList<>();
  private final List<Follower> followers = new ArrayList<>();
  private final Set<String> accepted = ConcurrentHashMap.newKeySet();
  private final List<String> odd = new CopyOnWriteArrayList<>();
  private final AtomicInteger refused = new AtomicInteger();
  private volatile boolean going = true;

  Traffic(Instance first, Instance second, FakeProvider provider, Jdbi jdbi, long seed) {
    this.provider = provider;
    this.jdbi = jdbi;
    this.seed = seed;
    begin("ada", first, second);
    begin("bob", second, first);
  }

  /** Within 30 seconds something that was submitted comes to a good end again. */
  void awaitMotion(String after) {
    Awaitility.await("moving again after " + after)
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(
            () ->
                count(
                        "SELECT count(*) FROM generations WHERE status = 'completed'"
                            + " AND completed_at > now() - interval '1 s'")
                    > 0);
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
        .until(() -> count("SELECT count(*) FROM generations WHERE completed_at IS NULL") == 0);
    Awaitility.await("nothing runs at the provider")
        .atMost(PATIENCE)
        .until(
            () ->
                provider.running() == 0
                    && count("SELECT count(*) FROM attempts WHERE state = 'running'") == 0);
    assertThat(odd).as("answers that were neither accepted nor an honest refusal").isEmpty();
    Audit.assertNothingLost(jdbi, accepted);
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

  private void begin(String user, Instance here, Instance there) {
    Follower follower = new Follower(user, here, there);
    followers.add(follower);
    Thread thread = new Thread(() -> submit(user, follower, here, there), "traffic-of-" + user);
    thread.setDaemon(true);
    thread.start();
    users.add(thread);
  }

  private void submit(String user, Follower follower, Instance here, Instance there) {
    Random random = new Random(seed + user.hashCode());
    List<String> mine = new ArrayList<>();
    while (going) {
      Client client = (random.nextInt(4) > 0 ? here : there).user(user, "pro");
      try {
        if (random.nextInt(12) == 0) {
          provider.failNext(random.nextBoolean() ? "E1000: unknown" : "E005: flagged as sensitive");
        }
        Client.Answer answer =
            client
                .send("POST", "/api/generate/video", Client.body("Lion", 1 + random.nextInt(9)))
                .join();
        if (honest(answer, 202)) {
          accepted.add(answer.generationId());
          mine.add(answer.generationId());
          follower.follow(answer.generationId());
        }
        if (random.nextInt(5) == 0 && !mine.isEmpty()) {
          String victim = mine.get(random.nextInt(mine.size()));
          honest(
              client.send("DELETE", "/api/generate/video?generation_id=" + victim, null).join(),
              200);
        }
      } catch (CompletionException e) {
        refused.incrementAndGet();
      }
      pause(PAUSE_MILLIS);
    }
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

  private int count(String sql) {
    return jdbi.withHandle(handle -> handle.createQuery(sql).mapTo(Integer.class).one());
  }

  static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
