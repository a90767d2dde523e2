package com.jadariselabs.video.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Ticker;
import com.jadariselabs.video.testing.Servers;
import com.jadariselabs.video.testing.SteppableClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiKeysTest {
  private static final Jdbi JDBI = Servers.jdbi(Servers.freshDatabase());
  private static final Instant LATER = Instant.parse("2099-01-01T00:00:00Z");

  private final SteppableClock clock = new SteppableClock();
  private final AtomicLong nanos = new AtomicLong();
  private final Ticker ticker =
      new Ticker() {
        @Override
        public long read() {
          return nanos.get();
        }
      };
  private final List<Sessions> started = new ArrayList<>();
  private @TempDir Path directory;
  private Sessions sessions;
  private ApiKeys keys;
  private Bearer bearer;

  @BeforeEach
  void start() {
    JDBI.useHandle(h -> h.execute("TRUNCATE sessions, api_keys"));
    sessions = instance();
    keys = new ApiKeys(JDBI, sessions, clock, ticker);
    bearer = bearer(keys, sessions);
  }

  @AfterEach
  void stop() {
    started.forEach(Sessions::stop);
  }

  private Sessions instance() {
    Sessions instance = new Sessions(JDBI, Announcer.silent(), clock);
    instance.start();
    started.add(instance);
    return instance;
  }

  private Bearer bearer(ApiKeys apiKeys, Sessions of) {
    Tokens tokens = Tokens.by(TokenSettings.forLocalMode(), directory, clock);
    return new Bearer(tokens, of, new Tickets(JDBI, clock), apiKeys);
  }

  private static Caller owner(String plan) {
    return new Caller("ada", plan, Set.of("user", "admin"), "s1", LATER);
  }

  private ApiKeys.Made made(boolean reads, boolean writes) {
    return keys.make(owner("pro"), new ApiKeys.Wish("farm", reads, writes, null, 5, null, null))
        .orElseThrow();
  }

  private Caller caller(String text) {
    return ((Verification.Valid) bearer.ofToken(text)).caller();
  }

  @Test
  void a_key_acts_for_its_owner_with_the_owners_plan_and_never_as_admin() {
    ApiKeys.Made made = made(true, false);
    Caller caller = caller(made.text());
    assertThat(caller.userId()).isEqualTo("ada");
    assertThat(caller.plan()).isEqualTo("pro");
    assertThat(caller.roles()).containsExactly("user");
    assertThat(caller.admin()).isFalse();
    assertThat(caller.mayRead()).isTrue();
    assertThat(caller.mayWrite()).isFalse();
    assertThat(caller.key()).isEqualTo(new KeyGrant(made.key().id(), true, false, 5, null, null));
  }

  @Test
  void only_a_digest_of_it_is_kept() throws Exception {
    String text = made(true, true).text();
    byte[] kept =
        JDBI.withHandle(
            h -> h.createQuery("SELECT digest FROM api_keys").mapTo(byte[].class).one());
    assertThat(kept)
        .isEqualTo(
            MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    String row =
        JDBI.withHandle(
            h -> h.createQuery("SELECT k::text FROM api_keys k").mapTo(String.class).one());
    assertThat(row).doesNotContain(text.substring(21));
  }

  @Test
  void any_other_text_is_refused_and_a_mistyped_one_without_asking_the_database() {
    String text = made(true, true).text();
    assertThat(text).matches("vk_live_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}");
    char other = text.charAt(30) == 'x' ? 'y' : 'x';
    String mistyped = text.substring(0, 30) + other + text.substring(31);
    assertThat(KeyText.id(mistyped)).isEmpty();
    String neverMade = KeyText.fresh(new java.security.SecureRandom());
    for (String wrong :
        List.of(
            mistyped,
            neverMade,
            "vk_",
            "vk_live_",
            text + "a",
            text.toUpperCase(Locale.ROOT),
            "vk_é")) {
      assertThat(bearer.ofToken(wrong)).as(wrong).isInstanceOf(Verification.Invalid.class);
      assertThat(bearer.ofToken(wrong).challenge()).isEqualTo("Bearer error=\"invalid_token\"");
    }
  }

  @Test
  void of_another_key_with_the_same_id_the_secret_decides() {
    String text = made(true, true).text();
    String id = KeyText.id(text).orElseThrow();
    JDBI.useHandle(
        h ->
            h.execute(
                "UPDATE api_keys SET digest = ? WHERE id = ?",
                KeyText.digest("something else"),
                id));
    assertThat(bearer.ofToken(text)).isInstanceOf(Verification.Invalid.class);
  }

  @Test
  void a_revoked_key_is_refused_here_at_once_and_everywhere_within_a_second() {
    Sessions there = instance();
    ApiKeys theirs = new ApiKeys(JDBI, there, clock, ticker);
    Bearer otherDoor = bearer(theirs, there);
    List<String> closed = new CopyOnWriteArrayList<>();
    there.onRevoked((user, session) -> closed.add(user + "/" + session));
    ApiKeys.Made made = made(true, true);
    assertThat(otherDoor.ofToken(made.text())).isInstanceOf(Verification.Valid.class);

    assertThat(keys.revoke("bob", made.key().id())).isFalse();
    assertThat(keys.revoke("ada", "key_none")).isFalse();
    assertThat(keys.revoke("ada", made.key().id())).isTrue();

    assertThat(bearer.ofToken(made.text())).isInstanceOf(Verification.Invalid.class);
    Awaitility.await()
        .atMost(Duration.ofSeconds(1))
        .until(() -> otherDoor.ofToken(made.text()) instanceof Verification.Invalid);
    assertThat(closed).containsExactly("ada/key:" + made.key().id());
    assertThat(keys.of("ada")).isEmpty();
    // A restarted instance has no memory of the session and reads the row.
    JDBI.useHandle(h -> h.execute("DELETE FROM sessions"));
    Sessions later = instance();
    assertThat(bearer(new ApiKeys(JDBI, later, clock, ticker), later).ofToken(made.text()))
        .isInstanceOf(Verification.Invalid.class);
    assertThat(keys.revoke("ada", made.key().id())).isTrue();
  }

  @Test
  void an_expired_key_is_refused_although_it_is_remembered() {
    Instant at = clock.instant().plus(Duration.ofHours(1));
    ApiKeys.Made made =
        keys.make(owner("free"), new ApiKeys.Wish("an hour", true, true, at, null, null, null))
            .orElseThrow();
    assertThat(Duration.between(caller(made.text()).expiresAt(), at).abs())
        .isLessThan(Duration.ofMillis(1));
    clock.step(Duration.ofMinutes(61));
    assertThat(bearer.ofToken(made.text())).isInstanceOf(Verification.Invalid.class);
    assertThat(keys.of("ada")).extracting(ApiKey::id).containsExactly(made.key().id());
  }

  @Test
  void a_key_follows_the_plan_that_its_owner_signs_in_with() {
    String text = made(true, true).text();
    assertThat(caller(text).plan()).isEqualTo("pro");
    sessions.admits(owner("starter"));
    sessions.writeDown();
    assertThat(caller(text).plan()).isEqualTo("pro");
    nanos.addAndGet(Duration.ofSeconds(21).toNanos());
    assertThat(caller(text).plan()).isEqualTo("starter");
  }

  @Test
  void its_last_use_is_told_and_it_is_no_session_of_the_list() {
    ApiKeys.Made made = made(true, true);
    assertThat(made.key().lastUsedAt()).isNull();
    Caller caller = caller(made.text());
    assertThat(keys.of("ada").get(0).lastUsedAt())
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(5));
    Caller ada = owner("pro");
    sessions.admits(ada);
    assertThat(sessions.of(ada)).extracting(Session::id).containsExactly("s1");
    assertThat(sessions.revoke(ada, caller.sessionId())).isFalse();
    assertThat(sessions.revokeOthers(ada)).isZero();
    assertThat(bearer.ofToken(made.text())).isInstanceOf(Verification.Valid.class);
  }

  @Test
  void a_user_has_so_many_keys_at_once_and_no_more() {
    for (int i = 0; i < ApiKeys.MOST; i++) {
      made(true, false);
    }
    ApiKeys.Wish one = new ApiKeys.Wish("one more", true, false, null, null, null, null);
    assertThat(keys.make(owner("pro"), one)).isEmpty();
    keys.revoke("ada", keys.of("ada").get(7).id());
    assertThat(keys.make(owner("pro"), one)).isPresent();
  }

  @Test
  void while_the_database_is_away_the_keys_that_are_known_hold() {
    String text = made(true, true).text();
    String unseen = made(true, true).text();
    caller(text);
    JDBI.useHandle(h -> h.execute("ALTER TABLE api_keys RENAME TO elsewhere"));
    try {
      nanos.addAndGet(Duration.ofSeconds(21).toNanos());
      assertThat(bearer.ofToken(text)).isInstanceOf(Verification.Valid.class);
      assertThatThrownBy(() -> bearer.ofToken(unseen)).isInstanceOf(RuntimeException.class);
    } finally {
      JDBI.useHandle(h -> h.execute("ALTER TABLE elsewhere RENAME TO api_keys"));
    }
    assertThat(bearer.ofToken(unseen)).isInstanceOf(Verification.Valid.class);
  }
}
