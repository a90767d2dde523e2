package com.jadariselabs.video.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.jadariselabs.video.catalog.Plan;
import com.jadariselabs.video.generation.Attempt;
import com.jadariselabs.video.generation.Draft;
import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.generation.Transitions;
import com.jadariselabs.video.storage.Kind;
import com.jadariselabs.video.storage.LocalStorage;
import com.jadariselabs.video.storage.Storage;
import com.jadariselabs.video.storage.Storages;
import com.jadariselabs.video.testing.Clips;
import com.jadariselabs.video.testing.House;
import com.jadariselabs.video.testing.Ledgers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {
  private static final House HOUSE = new House();
  private static final String PROMPT = "A canary that nobody may find again";

  @TempDir Path directory;
  private final List<String> closed = new ArrayList<>();
  private final Shelf shelf = new Shelf();
  private LocalStorage local;
  private Storages storages;

  @BeforeEach
  void open() throws IOException {
    local = LocalStorage.open(directory, "http://here", "secret", Clock.systemUTC());
    storages = new Storages(local, Map.of("shelf", shelf), "local");
  }

  @AfterAll
  static void audit() {
    Ledgers.assertSound(HOUSE.jdbi());
    HOUSE.close();
  }

  @Test
  void media_go_after_their_time_and_the_generation_says_so() throws Exception {
    Generation old = completed(House.anyone(), 8);
    Generation young = completed(House.anyone(), 6);
    assertThat(HOUSE.present(old.id()).mediaRemovedAt()).isNull();
    Retention retention = retention(7, null);
    retention.once();
    Generation now = HOUSE.present(old.id());
    assertThat(now.mediaRemovedAt()).isNotNull();
    var view = HOUSE.generations().view(now);
    assertThat(view.status()).isEqualTo("completed");
    assertThat(view.resultUrl()).isNull();
    assertThat(view.posterUrl()).isNull();
    assertThat(view.mediaRemovedAt()).isNotNull();
    assertThat(view.prompt()).startsWith(PROMPT);
    assertThat(files(old)).isEmpty();
    assertThat(files(young)).hasSize(2);
    assertThat(HOUSE.generations().view(young).mediaRemovedAt()).isNull();
    assertThat(HOUSE.generations().snapshot(old.userId(), false, old.id())).isPresent();
  }

  @Test
  void rows_go_after_their_time_with_their_files_and_the_ledger_stays() throws Exception {
    String user = House.anyone();
    Generation old = completed(user, 40);
    Generation running = HOUSE.accepted(HOUSE.draft(user, Plan.FREE, 5));
    assertThat(HOUSE.generations().find(old.id())).isPresent();
    retention(null, 30).once();
    assertThat(HOUSE.generations().find(old.id())).isEmpty();
    assertThat(HOUSE.generations().findWritten(old.id())).isEmpty();
    assertThat(HOUSE.generations().findWritten(running.id())).isPresent();
    assertThat(files(old)).isEmpty();
    assertThat(count("SELECT count(*) FROM ledger WHERE generation_id = ?", old.id())).isEqualTo(1);
  }

  @Test
  void a_row_stays_as_long_as_something_of_it_may_run_at_the_provider() throws Exception {
    Generation old = completed(House.anyone(), 40);
    HOUSE
        .jdbi()
        .useHandle(
            h ->
                h.execute(
                    "UPDATE attempts SET state = 'creating' WHERE generation_id = ?", old.id()));
    retention(null, 30).once();
    assertThat(HOUSE.generations().findWritten(old.id())).isPresent();
  }

  @Test
  void without_settings_nothing_goes() throws Exception {
    Generation old = completed(House.anyone(), 4000);
    retention(null, null).once();
    assertThat(HOUSE.generations().findWritten(old.id()).orElseThrow().videoKey()).isNotNull();
    assertThat(files(old)).hasSize(2);
  }

  @Test
  void a_file_whose_storage_is_away_goes_later_and_one_that_another_row_shows_stays()
      throws Exception {
    Generation first = completed(House.anyone(), 40);
    Generation twin = completed(House.anyone(), 1);
    HOUSE
        .jdbi()
        .useHandle(
            h -> {
              h.execute("UPDATE generations SET poster_key = 'shelf:x' WHERE id = ?", first.id());
              h.execute(
                  "UPDATE generations SET video_key = ? WHERE id = ?", first.videoKey(), twin.id());
            });
    shelf.broken = true;
    Retention retention = retention(7, null);
    retention.once();
    assertThat(storages.find(String.valueOf(first.videoKey()))).isPresent();
    assertThat(count("SELECT count(*) FROM media_removals WHERE key = ?", "shelf:x")).isEqualTo(1);
    shelf.broken = false;
    HOUSE.jdbi().useHandle(h -> h.execute("UPDATE media_removals SET due_at = now()"));
    retention.once();
    assertThat(shelf.deleted).containsExactly("x");
    assertThat(count("SELECT count(*) FROM media_removals WHERE key = ?", "shelf:x")).isZero();
  }

  @Test
  void a_purged_generation_is_absent_at_once_and_nothing_of_it_is_left() throws Exception {
    String user = House.anyone();
    Generation g = completed(user, 0);
    Retention retention = retention(null, null);
    assertThat(retention.purge(House.anyone(), g.id())).isEmpty();
    assertThat(retention.purge(user, g.id()))
        .hasValueSatisfying(
            purged -> {
              assertThat(purged.status()).isEqualTo("completed");
              assertThat(purged.remaining()).isEqualTo(House.START_CREDITS - g.creditsCharged());
            });
    assertThat(retention.purge(user, g.id())).isEmpty();
    assertThat(HOUSE.generations().find(user, false, g.id())).isEmpty();
    assertThat(HOUSE.generations().list(user, null, null, 10).orElseThrow().generations())
        .isEmpty();
    assertThat(HOUSE.generations().snapshot(user, true, g.id())).isEmpty();
    assertThat(HOUSE.room().oversight().list(user, null, null, 10).generations()).isEmpty();
    // The purge itself has woken the removal of the files.
    Awaitility.await()
        .untilAsserted(
            () -> {
              assertThat(files(g)).isEmpty();
              assertThat(traces(g.id())).containsExactly("ledger");
            });
  }

  @Test
  void one_that_runs_cannot_be_purged_before_it_is_cancelled() {
    String user = House.anyone();
    Generation g = HOUSE.accepted(user);
    Retention retention = retention(null, null);
    assertThat(retention.purge(user, g.id())).isEmpty();
    HOUSE.generations().cancel(user, g.id());
    assertThat(retention.purge(user, g.id()))
        .hasValueSatisfying(purged -> assertThat(purged.refunded()).isEqualTo(g.creditsCharged()));
    assertThat(HOUSE.accounts().find(user).orElseThrow().balance()).isEqualTo(House.START_CREDITS);
  }

  @Test
  void nothing_remains_of_an_erased_user_but_figures() throws Exception {
    String user = House.anyone();
    Generation done = completed(user, 0);
    Generation running = HOUSE.accepted(draft(user));
    Generation claimed =
        HOUSE.transitions().claim(running.id(), "worker", Duration.ofSeconds(30)).orElseThrow();
    HOUSE
        .attempts()
        .begin(claimed, "{\"prompt\":\"" + PROMPT + user + "\"}", Duration.ofSeconds(30), false);
    leaveTraces(user);
    Retention retention = retention(null, null);
    assertThat(retention.erasure().begin(user, "root")).isTrue();
    assertThat(closed).containsExactly(user);
    assertThat(
            count(
                "SELECT count(*) FROM erased_users WHERE digest = sha256(convert_to(?, 'UTF8'))"
                    + " AND forget_at > now() + interval '30 days'",
                user))
        .as("a digest, so that no older token opens a new account")
        .isEqualTo(1);
    HOUSE
        .jdbi()
        .useHandle(
            h ->
                h.execute(
                    "UPDATE accounts SET erasing_at = now() - interval '1 minute' WHERE user_id ="
                        + " ?",
                    user));
    retention.once();
    assertThat(HOUSE.accounts().find(user)).as("its prediction may still run").isPresent();

    Attempt attempt =
        HOUSE
            .attempts()
            .present(running)
            .orElse(HOUSE.attempts().find(running.id(), 1, 1).orElseThrow());
    HOUSE.attempts().over(attempt);
    assertThat(HOUSE.present(done.id()).prompt()).isNotEmpty();
    retention.once();
    assertThat(HOUSE.generations().find(done.id())).isEmpty();
    assertThat(traces(user)).isEmpty();
    assertThat(traces("whsec_canary")).isEmpty();
    assertThat(files(done)).isEmpty();
    long charged =
        count("SELECT -amount FROM ledger WHERE kind = 'charge' AND generation_id = ?", done.id());
    assertThat(charged).isEqualTo(done.creditsCharged());
    assertThat(count("SELECT count(*) FROM ledger WHERE generation_id = ?", running.id()))
        .isEqualTo(2);
    assertThat(count("SELECT count(*) FROM audit_log WHERE action = ?", "user.erase")).isPositive();
    assertThat(retention.erasure().begin(user, "root")).isFalse();
  }

  @Test
  void the_ledger_can_be_changed_in_no_other_way() throws Exception {
    Generation g = completed(House.anyone(), 0);
    for (String change :
        List.of(
            "amount = -1", "user_id = 'erased_x', amount = -1, reason = NULL", "reason = 'x'")) {
      assertThatThrownBy(
              () ->
                  HOUSE
                      .jdbi()
                      .useHandle(
                          h ->
                              h.execute(
                                  "UPDATE ledger SET " + change + " WHERE generation_id = ?",
                                  g.id())))
          .hasMessageContaining("append-only");
    }
  }

  @Test
  void old_files_that_belong_to_nothing_go_and_those_of_running_uploads_stay() throws Exception {
    Generation done = completed(House.anyone(), 3);
    Generation running = HOUSE.accepted(House.anyone());
    String zombie = local.store(done.id(), "99", Kind.VIDEO, Clips.small());
    String uploading = local.store(running.id(), "1", Kind.VIDEO, Clips.small());
    String nobodys = local.store("gen_nobody", "1", Kind.VIDEO, Clips.small());
    String fresh = local.store("gen_nobody", "2", Kind.VIDEO, Clips.small());
    for (String key : List.of(zombie, uploading, nobodys, String.valueOf(done.videoKey()))) {
      Files.setLastModifiedTime(
          local.find(key).orElseThrow().path(),
          FileTime.from(Instant.now().minus(Duration.ofDays(3))));
    }
    Retention retention = retention(null, null);
    retention.lookForLostFiles();
    retention.once();
    assertThat(local.find(zombie)).isEmpty();
    assertThat(local.find(nobodys)).isEmpty();
    assertThat(local.find(uploading)).isPresent();
    assertThat(local.find(fresh)).isPresent();
    assertThat(files(done)).hasSize(2);
  }

  private Retention retention(@Nullable Integer mediaDays, @Nullable Integer generationDays) {
    Erasure erasure =
        new Erasure(
            HOUSE.jdbi(), HOUSE.generations()::cancel, closed::add, HOUSE.generations()::forget);
    return new Retention(
        HOUSE.jdbi(),
        storages,
        erasure,
        new RetentionSettings(mediaDays, generationDays, 24),
        HOUSE.generations()::forget,
        Clock.systemUTC());
  }

  private static Draft draft(String user) {
    return HOUSE.draft(
        user, Plan.FREE, PROMPT + user, 5, "key-of-" + user + House.anyone(), "hash");
  }

  /** A generation of this user that was completed so many days ago, with two files. */
  private Generation completed(String user, int daysAgo) throws IOException {
    Generation g = HOUSE.accepted(draft(user));
    Transitions steps = HOUSE.transitions();
    Generation held = steps.claim(g.id(), "worker", Duration.ofSeconds(30)).orElseThrow();
    HOUSE
        .attempts()
        .begin(held, "{\"prompt\":\"" + PROMPT + user + "\"}", Duration.ofSeconds(30), false);
    String fence = String.valueOf(held.leaseToken());
    String video = storages.store(g.id(), fence, Kind.VIDEO, Clips.small());
    String poster = storages.store(g.id(), fence, Kind.POSTER, Clips.small());
    steps.completed(held, video, poster, null);
    HOUSE
        .jdbi()
        .useHandle(
            h ->
                h.execute(
                    "UPDATE generations SET completed_at = now() - make_interval(days => ?) WHERE"
                        + " id = ?",
                    daysAgo,
                    g.id()));
    HOUSE.generations().forget(g.id());
    return HOUSE.present(g.id());
  }

  private List<String> files(Generation g) throws IOException {
    List<String> keys = new ArrayList<>();
    local.olderThan(
        Instant.now().plusSeconds(60),
        key -> {
          if (key.startsWith(g.id() + "/")) {
            keys.add(key);
          }
        });
    return keys;
  }

  private static void leaveTraces(String user) {
    HOUSE
        .jdbi()
        .useHandle(
            h -> {
              h.execute(
                  "INSERT INTO sessions (user_id, id, forget_at) VALUES (?, 's', now())", user);
              h.execute("INSERT INTO reputations VALUES (?, 50, now())", user);
              h.execute(
                  "INSERT INTO moderation_verdicts (user_id, category, rule, points, text_sha256)"
                      + " VALUES (?, 'violence', 'r', 5, sha256('x'))",
                  user);
              h.execute(
                  "INSERT INTO webhook_secrets (user_id, secret) VALUES (?, 'whsec_canary')", user);
              h.execute(
                  "INSERT INTO audit_log (actor, action, target, detail) VALUES ('root',"
                      + " 'user.credits', ?, ?)",
                  user,
                  "said: " + PROMPT + user);
              h.execute(
                  "INSERT INTO webhook_deliveries (id, generation_id, run, user_id, url, type,"
                      + " occurred_at, body) VALUES ('msg_' || ?, 'gen_x' || ?, 1, ?, 'https://x',"
                      + " 'generation.completed', now(), ?)",
                  user,
                  user,
                  user,
                  PROMPT);
            });
  }

  /** The tables that hold this text in any column: a new table with a user's data shows up here. */
  private static List<String> traces(String text) {
    return HOUSE
        .jdbi()
        .withHandle(
            h -> {
              List<String> found = new ArrayList<>();
              for (String table :
                  h.createQuery(
                          "SELECT table_name FROM information_schema.tables WHERE table_schema ="
                              + " current_schema() AND table_type = 'BASE TABLE' AND table_name <>"
                              + " 'flyway_schema_history' ORDER BY 1")
                      .mapTo(String.class)) {
                boolean there =
                    h.createQuery(
                            "SELECT EXISTS (SELECT 1 FROM "
                                + table
                                + " t WHERE strpos(t::text, :text) > 0)")
                        .bind("text", text)
                        .mapTo(Boolean.class)
                        .one();
                if (there) {
                  found.add(table);
                }
              }
              return found;
            });
  }

  private static long count(String sql, String argument) {
    return HOUSE
        .jdbi()
        .withHandle(h -> h.createQuery(sql).bind(0, argument).mapTo(Long.class).one());
  }

  private static final class Shelf implements Storage {
    private final List<String> deleted = new ArrayList<>();
    private boolean broken;

    @Override
    public String store(String generationId, String fence, Kind kind, Path file) {
      return "x";
    }

    @Override
    public void delete(String key) throws IOException {
      if (broken) {
        throw new IOException("away");
      }
      deleted.add(key);
    }

    @Override
    public String url(String key, String generationId, Kind kind) {
      return key;
    }

    @Override
    public void olderThan(Instant before, Consumer<String> keys) {}
  }
}
