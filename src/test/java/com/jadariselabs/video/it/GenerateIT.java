package com.jadariselabs.video.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.testing.Servers;
import com.jadariselabs.video.testing.ServiceProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line's {@code generate}, as a process against a process. */
class GenerateIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  @TempDir Path directory;

  private final int port = Servers.freePort();

  private ServiceProcess generate(String... arguments) {
    return generateAt(port, arguments);
  }

  private static ServiceProcess generateAt(int port, String... arguments) {
    String[] all =
        Stream.concat(
                Stream.of("generate", "--url", "http://localhost:" + port), Stream.of(arguments))
            .toArray(String[]::new);
    return new ServiceProcess(Map.of("VIDEO_TOKEN", ""), all);
  }

  private static void fails(ServiceProcess command, String why) {
    assertThat(command.awaitExit(PATIENCE)).isNotZero();
    assertThat(command.err()).anyMatch(line -> line.contains(why));
    assertThat(command.err()).noneMatch(line -> line.contains("Exception"));
  }

  @Test
  void a_video_is_made_stored_or_the_reason_told_and_an_interrupted_one_taken_up_again()
      throws Exception {
    int adminPort = Servers.freePort();
    Path data = Files.createDirectory(directory.resolve("data"));
    Map<String, String> settings =
        Map.of(
            "PORT",
            "" + port,
            "ADMIN_PORT",
            "" + adminPort,
            "APP_URL",
            "http://localhost:" + port,
            "DATA_DIR",
            data.toString(),
            "DATABASE_URL",
            Servers.freshDatabase(),
            "REDIS_HOST",
            "127.0.0.1",
            "REDIS_PORT",
            "" + Servers.redisPort(),
            "SANDBOX_SMALL",
            "true",
            "SANDBOX_STARTING_MS",
            "200",
            "SANDBOX_PROCESSING_MS",
            "300");
    Path lion = directory.resolve("lion.mp4");
    try (ServiceProcess service =
            new ServiceProcess(settings, "server", "config.yml").awaitReady(adminPort);
        ServiceProcess nobody = generateAt(Servers.freePort(), "--prompt", "A lion");
        ServiceProcess wrong = generate("--prompt", "A lion", "--model", "nothing");
        ServiceProcess forged = generate("--prompt", "A lion", "--token", "x");
        ServiceProcess first =
            generate("--prompt", "A lion", "--duration", "5", "-o", lion.toString())) {
      fails(nobody, "does not answer");
      fails(wrong, "model: must be one of");
      assertThat(wrong.err()).noneMatch(line -> line.contains("; model"));
      fails(forged, "token");
      Awaitility.await().atMost(PATIENCE).until(() -> !first.out().isEmpty());
      first.terminate();
      assertThat(first.awaitExit(PATIENCE)).isEqualTo(143);
      String hint = first.err().get(first.err().size() - 1);
      assertThat(hint).contains("generate --resume gen_");
      assertThat(lion).doesNotExist();

      try (ServiceProcess again =
          generate("--resume", hint.substring(hint.indexOf("gen_")), "-o", lion.toString())) {
        assertThat(again.awaitExit(PATIENCE)).as("%s", again.err()).isZero();
        assertThat(again.out()).last().asString().isEqualTo("Stored in " + lion);
      }
      assertThat(new String(Files.readAllBytes(lion), 4, 4, StandardCharsets.US_ASCII))
          .isEqualTo("ftyp");
      try (Stream<Path> files = Files.list(directory)) {
        assertThat(files.toList()).containsExactlyInAnyOrderElementsOf(List.of(data, lion));
      }
      assertThat(service.isAlive()).isTrue();
    }
  }
}
