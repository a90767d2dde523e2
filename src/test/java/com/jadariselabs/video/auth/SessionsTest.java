package com.jadariselabs.video.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.testing.Servers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SessionsTest {
  private static final Jdbi JDBI = Servers.jdbi(Servers.freshDatabase());
  private static final Clock CLOCK = Clock.systemUTC();
  private static final Instant LATER = Instant.parse("2099-01-01T00:00:00Z");

  private final Sessions here = new Sessions(JDBI, Announcer.silent(), CLOCK);
  private final Sessions there = new Sessions(JDBI, Announcer.silent(), CLOCK);

  @BeforeEach
  void start() {
    JDBI.useHandle(handle -> handle.execute("TRUNCATE sessions"));
    here.start();
    there.start();
  }

  @AfterEach
  void stop() {
    here.stop();
    there.stop();
  }

  private static Caller caller(String user, String session) {
    return new Caller(user, "free", Set.of("user"), session, LATER);
  }

  private static Caller issued(String user, String session, @Nullable Instant at) {
    return new Caller(user, "free", Set.of("user"), session, LATER, null, at);
  }

  /** As an erasure does it, on any instance. */
  private static Instant erase(String user) {
    return JDBI.withHandle(
        handle ->
            handle
                .createQuery(
                    "INSERT INTO erased_users VALUES (sha256(convert_to(:user, 'UTF8')), now(),"
                        + " now() + interval '1 month') RETURNING erased_at")
                .bind("user", user)
                .mapTo(Instant.class)
                .one());
  }

  @Test
  void tokens_of_an_erased_user_are_refused_also_after_a_restart_and_new_ones_are_not() {
    String user = "zoë-" + System.nanoTime();
    Instant before = Instant.now().minusSeconds(5);
    assertThat(here.admits(issued(user, "old", before))).isTrue();
    Instant at = erase(user);
    Awaitility.await()
        .atMost(Duration.ofSeconds(1))
        .until(() -> !there.admits(issued(user, "never seen", before)));
    Sessions restarted = new Sessions(JDBI, Announcer.silent(), CLOCK);
    restarted.start();
    try {
      assertThat(restarted.admits(issued(user, "old", before))).isFalse();
      assertThat(restarted.admits(issued(user, "other", at))).isFalse();
      assertThat(restarted.admits(issued(user, "undated", null))).isFalse();
      assertThat(restarted.admits(issued(user, "new", at.plusSeconds(1)))).isTrue();
      assertThat(restarted.admits(issued(user + "x", "old", before))).isTrue();
    } finally {
      restarted.stop();
    }
  }

  @Test
  void closing_an_account_is_known_here_at_once() {
    String user = "zoë-" + System.nanoTime();
    Instant before = Instant.now().minusSeconds(5);
    erase(user);
    here.revokeAll(user);
    assertThat(here.admits(issued(user, "never seen", before))).isFalse();
  }

  private static List<String> ids(Sessions sessions, Caller caller) {
    return sessions.of(caller).stream().map(Session::id).toList();
  }

  @Test
  void a_session_that_called_is_listed_at_once_and_marked_as_the_current_one() {
    assertThat(here.admits(caller("ada", "a1"))).isTrue();
    assertThat(here.admits(caller("ada", "a2"))).isTrue();
    assertThat(here.admits(caller("bob", "b1"))).isTrue();
    List<Session> listed = here.of(caller("ada", "a2"));
    assertThat(listed).extracting(Session::id).containsExactlyInAnyOrder("a1", "a2");
    assertThat(listed).filteredOn(Session::current).extracting(Session::id).containsExactly("a2");
    assertThat(listed)
        .allMatch(s -> Duration.between(s.createdAt(), Instant.now()).toMinutes() < 1);
  }

  @Test
  void calls_of_a_session_are_written_down_without_being_asked_for_and_once_a_minute_at_most() {
    for (int i = 0; i < 1000; i++) {
      here.admits(caller("ada", "a1"));
      there.admits(caller("ada", "a1"));
    }
    Awaitility.await()
        .until(
            () ->
                JDBI.withHandle(
                    h ->
                        h.createQuery("SELECT count(*) FROM sessions").mapTo(int.class).one()
                            == 1));
    Instant first = lastSeen();
    // A third instance has not seen it yet and writes; the row has been touched too lately.
    Sessions third = new Sessions(JDBI, Announcer.silent(), CLOCK);
    third.admits(caller("ada", "a1"));
    assertThat(ids(third, caller("ada", "a1"))).containsExactly("a1");
    assertThat(lastSeen()).isEqualTo(first);
    JDBI.useHandle(h -> h.execute("UPDATE sessions SET last_seen_at = now() - interval '1 hour'"));
    Sessions fourth = new Sessions(JDBI, Announcer.silent(), CLOCK);
    fourth.admits(caller("ada", "a1"));
    fourth.stop();
    assertThat(Duration.between(lastSeen(), Instant.now())).isLessThan(Duration.ofMinutes(1));
  }

  private static Instant lastSeen() {
    return JDBI.withHandle(
        h -> h.createQuery("SELECT last_seen_at FROM sessions").mapTo(Instant.class).one());
  }

  @Test
  void a_revoked_session_is_refused_here_at_once_and_everywhere_within_a_second() {
    Caller lost = caller("ada", "lost");
    assertThat(there.admits(lost)).isTrue();
    Awaitility.await().until(() -> ids(here, lost).contains("lost"));
    List<String> closed = new CopyOnWriteArrayList<>();
    there.onRevoked((user, session) -> closed.add(user + "/" + session));
    assertThat(here.revoke(caller("ada", "mine"), "lost")).isTrue();
    assertThat(here.admits(lost)).isFalse();
    Awaitility.await().atMost(Duration.ofSeconds(1)).until(() -> !there.admits(lost));
    assertThat(closed).containsExactly("ada/lost");
    assertThat(ids(there, caller("ada", "mine"))).doesNotContain("lost");
    Sessions restarted = new Sessions(JDBI, Announcer.silent(), CLOCK);
    restarted.start();
    assertThat(restarted.admits(lost)).isFalse();
    restarted.stop();
  }

  @Test
  void a_word_from_another_instance_is_enough_and_says_nothing_that_must_be_believed() {
    Wire wire = new Wire();
    Sessions told = new Sessions(JDBI, wire, CLOCK);
    assertThat(told.admits(caller("ada", "a1"))).isTrue();
    assertThat(ids(told, caller("ada", "a1"))).containsExactly("a1");
    told.start();
    Sessions teller = new Sessions(JDBI, wire, CLOCK);
    assertThat(teller.revoke(caller("ada", "x"), "a1")).isTrue();
    Awaitility.await()
        .atMost(Duration.ofMillis(900))
        .until(() -> !told.admits(caller("ada", "a1")));
    wire.publish("ada\na2");
    assertThat(told.admits(caller("ada", "a2"))).isTrue();
    told.stop();
  }

  @Test
  void revoking_the_others_spares_the_current_one_and_other_users() {
    here.admits(caller("ada", "a1"));
    here.admits(caller("ada", "a2"));
    here.admits(caller("ada", "same"));
    here.admits(caller("bob", "same"));
    assertThat(here.revokeOthers(caller("ada", "a1"))).isEqualTo(2);
    assertThat(here.admits(caller("ada", "a1"))).isTrue();
    assertThat(here.admits(caller("ada", "a2"))).isFalse();
    assertThat(here.admits(caller("ada", "same"))).isFalse();
    assertThat(here.admits(caller("bob", "same"))).isTrue();
    assertThat(here.revokeOthers(caller("ada", "a1"))).isZero();
  }

  @Test
  void somebody_elses_session_is_as_absent_as_one_that_never_was() {
    here.admits(caller("bob", "b1"));
    assertThat(here.revoke(caller("ada", "a1"), "b1")).isFalse();
    assertThat(here.revoke(caller("ada", "a1"), "nothing")).isFalse();
    assertThat(here.admits(caller("bob", "b1"))).isTrue();
  }

  @Test
  void a_token_that_is_its_own_session_is_forgotten_soon_after_it_expires() {
    Caller single =
        new Caller("ada", "free", Set.of("user"), Sessions.TOKEN_PREFIX + "x", Instant.now());
    here.admits(single);
    assertThat(ids(here, single)).hasSize(1);
    JDBI.useHandle(
        h -> h.execute("UPDATE sessions SET forget_at = forget_at - interval '3 minutes'"));
    assertThat(ids(here, single)).isEmpty();
  }

  /** A channel within the test. */
  private static final class Wire implements Announcer {
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

    @Override
    public void publish(String message) {
      listeners.forEach(listener -> listener.accept(message));
    }

    @Override
    public void listen(Consumer<String> listener) {
      listeners.add(listener);
    }
  }
}
