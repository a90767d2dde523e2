package com.jadariselabs.video.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.testing.Client;
import com.jadariselabs.video.testing.Instance;
import com.jadariselabs.video.testing.Load;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How many requests a second one process answers, with stores of its own whose commits are durable,
 * on the processor that it shares with them and with the load. What counts are the ratios: all
 * lines are of one run.
 */
@Tag("benchmark")
class RatesIT {
  private static final int CONNECTIONS = 32;
  private static final int USERS = 1_000;
  private static final Duration WARM_UP = Duration.ofSeconds(10);
  private static final Duration MEASURED = Duration.ofSeconds(10);

  @TempDir Path directory;

  @Test
  void submissions_that_come_together_share_their_commits() {
    try (Instance instance =
        Instance.of(Instance.settings(directory))
            .with("QUEUE_MAX_WAITING", 10_000_000)
            .optimised()
            .start()) {
      // Nothing is rendered meanwhile: it is the submissions that are counted.
      assertThat(instance.admin().post("/api/admin/queue/pause", "").status()).isEqualTo(200);
      Client ada = instance.user("ada", "pro");
      String id = ada.submit("A lion", 1).generationId();
      List<String> tokens =
          IntStream.range(0, USERS)
              .mapToObj(n -> Instance.token("user-" + n, "pro", false))
              .toList();

      double page =
          rate(instance, "the page, from memory", 200, CONNECTIONS, n -> get("/", "none"));
      double reads =
          rate(
              instance,
              "reads of a generation",
              200,
              CONNECTIONS,
              n -> get("/api/generate/video?generation_id=" + id, ada.token()));
      IntFunction<String> submission =
          n -> post(tokens.get(n % USERS), Client.body("Lion " + n, 1));
      double together = rate(instance, "submissions", 202, CONNECTIONS, submission);
      double alone = rate(instance, "submissions", 202, 1, submission);
      System.out.printf(
          Locale.ROOT,
          "of the page's rate: reads %.2f, submissions %.2f; %d at once to one: %.1f%n",
          reads / page,
          together / page,
          CONNECTIONS,
          together / alone);
      assertThat(together).isGreaterThan(2 * alone);
    }
  }

  private static double rate(
      Instance instance, String what, int status, int connections, IntFunction<String> request) {
    Load load = new Load(instance.url(), connections, status, request);
    load.run(WARM_UP);
    double before = instance.metric("process_cpu_seconds_total");
    Load.Result result = load.run(MEASURED);
    double cpu = instance.metric("process_cpu_seconds_total") - before;
    System.out.printf(
        Locale.ROOT,
        "%s, %d at once: %,.0f/s, median %.1f ms, p99 %.1f ms, %.0f us of processor time each%n",
        what,
        connections,
        result.rate(),
        result.medianMillis(),
        result.p99Millis(),
        cpu * 1e6 / result.answers());
    return result.rate();
  }

  private static String get(String path, String token) {
    return "GET %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n"
        .formatted(path, token);
  }

  private static String post(String token, String body) {
    return ("POST /api/generate/video HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
            + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s")
        .formatted(token, body.getBytes(StandardCharsets.UTF_8).length, body);
  }
}
