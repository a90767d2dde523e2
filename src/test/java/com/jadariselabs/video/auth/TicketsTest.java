package com.jadariselabs.video.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.testing.Servers;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;

class TicketsTest {
  private static final Jdbi JDBI = Servers.jdbi(Servers.freshDatabase());
  private static final Caller ADA =
      new Caller(
          "ada", "pro", Set.of("user", "admin"), "s1", Instant.parse("2099-01-01T00:00:00Z"));

  private final Tickets here = new Tickets(JDBI, Clock.systemUTC());
  private final Tickets there = new Tickets(JDBI, Clock.systemUTC());

  @Test
  void a_ticket_of_one_instance_admits_its_caller_on_another_and_only_once() {
    String ticket = here.issue(ADA);
    assertThat(there.redeem(ticket)).contains(ADA);
    assertThat(there.redeem(ticket)).isEmpty();
    assertThat(here.redeem(ticket)).isEmpty();
  }

  @Test
  void of_many_who_come_at_once_one_gets_in() {
    String ticket = here.issue(ADA);
    List<CompletableFuture<Optional<Caller>>> tries =
        IntStream.range(0, 16)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> here.redeem(ticket)))
            .toList();
    assertThat(tries.stream().map(CompletableFuture::join).flatMap(Optional::stream)).hasSize(1);
  }

  @Test
  void a_ticket_is_good_for_thirty_seconds_of_the_databases_time() {
    String ticket = here.issue(ADA);
    JDBI.useHandle(
        h ->
            h.execute("UPDATE socket_tickets SET expires_at = expires_at - interval '29 seconds'"));
    assertThat(here.redeem(ticket)).contains(ADA);
    String late = here.issue(ADA);
    JDBI.useHandle(
        h ->
            h.execute("UPDATE socket_tickets SET expires_at = expires_at - interval '30 seconds'"));
    assertThat(here.redeem(late)).isEmpty();
    here.issue(ADA);
    int kept =
        JDBI.withHandle(
            h -> h.createQuery("SELECT count(*) FROM socket_tickets").mapTo(int.class).one());
    assertThat(kept).as("what has expired is dropped with the next one").isEqualTo(1);
  }

  @Test
  void a_ticket_does_not_outlive_the_token_behind_it_and_invented_ones_are_nothing() {
    Caller expired = new Caller("ada", "pro", Set.of("user"), "s1", Instant.now().minusSeconds(1));
    assertThat(here.redeem(here.issue(expired))).isEmpty();
    assertThat(here.redeem("")).isEmpty();
    assertThat(here.redeem("x".repeat(100_000))).isEmpty();
    assertThat(here.redeem("'; DROP TABLE socket_tickets; --")).isEmpty();
  }

  @Test
  void tickets_are_not_kept_as_they_are() {
    String ticket = here.issue(ADA);
    String rows =
        JDBI.withHandle(
            h ->
                h.createQuery("SELECT socket_tickets::text FROM socket_tickets")
                    .mapTo(String.class)
                    .list()
                    .toString());
    assertThat(rows).doesNotContain(ticket);
  }
}
