package com.jadariselabs.video.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.replicate.WebhookSignature;
import com.jadariselabs.video.testing.House;
import com.jadariselabs.video.testing.Servers;
import com.jadariselabs.video.webhook.Deliveries.Attempt;
import com.jadariselabs.video.webhook.Deliveries.Delivery;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How deliveries go on, by the schedule that is shipped; time is moved in the rows. */
class DeliveryTest {
  private final House house = new House();
  private final WebhookSecrets secrets = new WebhookSecrets(house.jdbi());
  private final CollectorRegistry registry = new CollectorRegistry();
  private final Queue<Integer> answers = new ConcurrentLinkedQueue<>();
  private final List<String> ids = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(4);
  private final Outbox outbox =
      new Outbox(
          house.jdbi(),
          secrets,
          id -> house.generations().findWritten(id).map(house.generations()::view),
          (keys, id, at, body) -> new WebhookSignature(house.clock(), keys).sign(id, at, body),
          new WebhookSettings(
              true,
              WebhookSettings.standard(true).retries(),
              Duration.ofSeconds(2),
              Duration.ofMillis(400)),
          registry,
          house.clock());
  private final Deliveries deliveries = new Deliveries(house.jdbi(), outbox::wake);
  private HttpServer receiver;

  @BeforeEach
  void receive() throws Exception {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/",
        exchange -> {
          ids.add(exchange.getRequestHeaders().getFirst("webhook-id"));
          Integer status = answers.poll();
          exchange.sendResponseHeaders(status == null ? 200 : status, -1);
          exchange.close();
        });
    receiver.start();
    outbox.start();
  }

  @AfterEach
  void stop() {
    outbox.stop();
    receiver.stop(0);
    threads.shutdownNow();
    house.close();
  }

  private String url() {
    return "http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook?token=s3cret";
  }

  private Generation ended(String user, String url) {
    Generation g = house.accepted(user);
    house
        .jdbi()
        .useHandle(
            h -> h.execute("UPDATE generations SET webhook_url = ? WHERE id = ?", url, g.id()));
    house.generations().cancel(user, g.id());
    outbox.wake();
    return g;
  }

  private Delivery of(Generation g) {
    return page(g).deliveries().get(0);
  }

  private List<Attempt> attempts(Generation g) {
    return page(g).attempts().getOrDefault(of(g).id(), List.of());
  }

  private Deliveries.Page page(Generation g) {
    return deliveries.list(g.userId(), g.id(), null, null, 10).orElseThrow();
  }

  /** Waits until so many tries are over; tells how many seconds the next one is ahead. */
  private double tried(Generation g, int tries) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> attempts(g).size() == tries && settled(g));
    return house
        .jdbi()
        .withHandle(
            h ->
                h.createQuery(
                        "SELECT extract(epoch FROM due_at - now())::float8"
                            + " FROM webhook_deliveries WHERE generation_id = :id")
                    .bind("id", g.id())
                    .mapTo(double.class)
                    .one());
  }

  /** What the last try came to has been written down, too. */
  private boolean settled(Generation g) {
    return house
        .jdbi()
        .withHandle(
            h ->
                h.createQuery(
                        "SELECT state <> 'waiting' OR due_at > now() + interval '31 seconds'"
                            + " OR last_answer IS NOT NULL"
                            + " FROM webhook_deliveries WHERE generation_id = :id")
                    .bind("id", g.id())
                    .mapTo(boolean.class)
                    .one());
  }

  private void due(Generation g) {
    house
        .jdbi()
        .useHandle(
            h ->
                h.execute(
                    "UPDATE webhook_deliveries SET due_at = now(), last_answer = NULL"
                        + " WHERE generation_id = ? AND state = 'waiting'",
                    g.id()));
    outbox.wake();
  }

  @Test
  void it_is_tried_seven_times_within_a_day_always_with_the_same_id_and_then_given_up() {
    answers.addAll(List.of(500, 301, 404, 429, 503, 500, 500));
    Generation g = ended(House.anyone(), url());
    double[] waits = {5, 300, 1_800, 7_200, 18_000, 36_000};
    for (int i = 0; i < waits.length; i++) {
      assertThat(tried(g, i + 1)).isBetween(waits[i] * 0.8 - 3, waits[i] * 1.2);
      // Five failures in a row: from here on the endpoint is left alone for a while.
      house.clock().step(Duration.ofMinutes(11));
      due(g);
    }
    tried(g, 7);
    assertThat(of(g).state()).isEqualTo("failed");
    assertThat(attempts(g))
        .extracting(Attempt::status)
        .containsExactly(500, 301, 404, 429, 503, 500, 500);
    assertThat(ids).hasSize(7).containsOnly(of(g).id());
    assertThat(registry.getSampleValue("video_webhook_tries_total", label(), value("later")))
        .isEqualTo(6);
    assertThat(registry.getSampleValue("video_webhook_tries_total", label(), value("failed")))
        .isEqualTo(1);
  }

  private static String[] label() {
    return new String[] {"outcome"};
  }

  private static String[] value(String outcome) {
    return new String[] {outcome};
  }

  @Test
  void a_replay_has_the_same_id_and_a_day_of_its_own() {
    answers.add(410);
    Generation g = ended(House.anyone(), url());
    tried(g, 1);
    assertThat(of(g).state()).isEqualTo("failed");
    assertThat(deliveries.replay("somebody else", of(g).id()))
        .isEqualTo(Deliveries.Replay.NOT_FOUND);
    answers.add(500);
    assertThat(deliveries.replay(g.userId(), of(g).id())).isEqualTo(Deliveries.Replay.QUEUED);
    assertThat(tried(g, 2)).isBetween(1.0, 6.0);
    assertThat(deliveries.replay(g.userId(), of(g).id()))
        .isEqualTo(Deliveries.Replay.STILL_WAITING);
    due(g);
    tried(g, 3);
    assertThat(of(g).state()).isEqualTo("delivered");
    assertThat(ids).hasSize(3).containsOnly(of(g).id());
  }

  @Test
  void receivers_that_refuse_hang_or_drip_are_told_apart() throws Exception {
    String user = House.anyone();
    int nobody = Servers.freePort();
    try (ServerSocket hangs = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        ServerSocket drips = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      threads.execute(() -> drip(drips));
      Generation refused = ended(user, "http://127.0.0.1:" + nobody + "/");
      Generation hung = ended(user, "http://127.0.0.1:" + hangs.getLocalPort() + "/");
      Generation dripped = ended(user, "http://127.0.0.1:" + drips.getLocalPort() + "/");
      tried(refused, 1);
      tried(hung, 1);
      tried(dripped, 1);
      assertThat(attempts(refused).get(0).error()).isEqualTo("connection_refused");
      assertThat(attempts(hung).get(0).error()).isEqualTo("timeout");
      assertThat(attempts(dripped).get(0).error()).isEqualTo("timeout");
      assertThat(attempts(dripped).get(0).tookMillis()).isBetween(300, 5_000);
    }
  }

  /** A head that never ends, byte by byte. */
  private void drip(ServerSocket server) {
    try {
      Socket socket = server.accept();
      socket.getOutputStream().write("HTTP/1.1 200 OK\r\nX: ".getBytes(StandardCharsets.UTF_8));
      threads.scheduleWithFixedDelay(() -> drop(socket), 10, 10, TimeUnit.MILLISECONDS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void drop(Socket socket) {
    try {
      socket.getOutputStream().write('a');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void an_endpoint_that_keeps_failing_is_left_alone_without_spending_tries() {
    String user = House.anyone();
    for (int i = 0; i < 5; i++) {
      answers.add(500);
      tried(ended(user, url()), 1);
    }
    Generation waits = ended(user, url());
    Awaitility.await()
        .until(
            () ->
                Double.valueOf(1)
                    .equals(
                        registry.getSampleValue(
                            "video_webhook_tries_total", label(), value("postponed"))));
    assertThat(of(waits).tries()).isZero();
    assertThat(ids).hasSize(5);
    // Another user's messages to the same place are not this one's trouble.
    Generation others = ended(House.anyone(), url());
    tried(others, 1);
    assertThat(of(others).state()).isEqualTo("delivered");
    house.clock().step(Duration.ofSeconds(31));
    due(waits);
    tried(waits, 1);
    assertThat(of(waits).state()).isEqualTo("delivered");
    tried(ended(user, url()), 1);
  }
}
