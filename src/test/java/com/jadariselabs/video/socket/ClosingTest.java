package com.jadariselabs.video.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClosingTest {
  private Door door;

  @BeforeEach
  void open() throws Exception {
    door = new Door(Door.paced(1 << 20, Duration.ofSeconds(30), Duration.ofMillis(300), 2_000));
  }

  @AfterEach
  void close() {
    door.close();
  }

  @Test
  void an_expired_token_closes_its_sockets() {
    Listener listener = Listener.open(door, "ada").settled();

    door.now = Door.START.plusSeconds(3_600);

    assertThat(listener.closeCode()).isEqualTo(4401);
  }

  @Test
  void a_revoked_session_loses_its_sockets_and_no_other_does() {
    Listener revoked = Listener.open(door, "ada@one").settled();
    Listener other = Listener.open(door, "ada@two").settled();
    Listener namesake = Listener.open(door, "bob@one").settled();

    door.realtime.closeSession("ada", "one");

    assertThat(revoked.closeCode()).isEqualTo(4401);
    assertThat(namesake.settled().closed).isNotDone();
    assertThat(other.settled().closed).isNotDone();
  }

  @Test
  void all_sessions_of_a_user_but_the_present_one_can_be_closed() {
    Listener present = Listener.open(door, "ada@one").settled();
    Listener old = Listener.open(door, "ada@two").settled();
    Listener bob = Listener.open(door, "bob@one").settled();

    door.realtime.closeUserSessions("ada", "one");

    assertThat(old.closeCode()).isEqualTo(4401);
    assertThat(present.settled().closed).isNotDone();
    assertThat(bob.settled().closed).isNotDone();
  }

  @Test
  void a_session_revoked_between_the_check_and_the_upgrade_does_not_stay() {
    door.afterCheck = () -> door.realtime.closeSession("ada", "one");
    Listener slippedThrough = Listener.open(door, "ada@one");
    assertThat(slippedThrough.closeCode()).isEqualTo(4401);

    door.afterCheck = () -> {};
    assertThat(Listener.open(door, "ada@one").settled().closed).isNotDone();
  }

  @Test
  void a_shutdown_says_what_waits_and_closes_with_service_restart() {
    String id = door.board.submit("ada");
    Listener listener = Listener.open(door, "ada").subscribe(id).settled();

    door.board.completed(id);
    door.stop();

    assertThat(listener.closeCode()).isEqualTo(1012);
    assertThat(listener.heard()).endsWith("job:completed 2");
  }

  @Test
  void the_server_pings_and_keeps_who_answers() {
    Listener listener = Listener.open(door, "ada");

    Listener.waitFor(() -> listener.pings.get() >= 6);

    assertThat(listener.settled().closed).isNotDone();
  }

  @Test
  void a_peer_that_gives_no_sign_of_life_is_given_up() throws Exception {
    try (RawClient client = new RawClient(door, "ada", 64 * 1024)) {
      assertThat(client.read().opCode()).isEqualTo(9);
      assertThat(client.readCloseCode()).isEqualTo(1001);
    }
  }

  @Test
  void a_client_s_close_is_answered_and_frees_everything() throws Exception {
    try (RawClient client = new RawClient(door, "ada", 64 * 1024)) {
      client.text("{\"event\":\"subscribe\",\"data\":{\"generationId\":\"*\"}}");
      client.send(0x88, new byte[] {0x03, (byte) 0xe8});
      assertThat(client.readCloseCode()).isEqualTo(1000);
    }
    Listener.waitFor(() -> door.metric("video_websocket_connections") == 0);
  }
}
