package com.jadariselabs.video.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.jadariselabs.video.auth.TokenSettings;
import com.jadariselabs.video.auth.Tokens;
import com.jadariselabs.video.auth.Verification;
import com.jadariselabs.video.embedded.DataDirectory;
import com.jadariselabs.video.testing.RawHttp;
import com.jadariselabs.video.testing.Servers;
import com.jadariselabs.video.testing.ServiceProcess;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceProcessIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration QUICKLY = Duration.ofSeconds(30);

  @TempDir Path directory;
  private final Map<String, String> settings = new HashMap<>();
  private int port;
  private int adminPort;

  @BeforeEach
  void set() {
    port = Servers.freePort();
    adminPort = Servers.freePort();
    settings.put("PORT", "" + port);
    settings.put("ADMIN_PORT", "" + adminPort);
    settings.put("APP_URL", "http://localhost:" + port);
    settings.put("DATA_DIR", directory.toString());
    settings.put("DATABASE_URL", Servers.freshDatabase());
    settings.put("REDIS_HOST", "127.0.0.1");
    settings.put("REDIS_PORT", "" + Servers.redisPort());
  }

  @Test
  void local_mode_keeps_to_loopback_writes_json_and_tells_people_where_the_studio_is()
      throws Exception {
    try (ServiceProcess service = server().awaitReady(adminPort)) {
      assertThat(new RawHttp(port).send("GET", "/api/nothing", "").status()).isEqualTo(404);
      for (InetAddress address : outside()) {
        assertThatThrownBy(() -> new Socket(address, port).close());
        assertThatThrownBy(() -> new Socket(address, adminPort).close());
      }
      Awaitility.await().until(() -> !service.err().isEmpty() && !service.out().isEmpty());
      service.terminate();
      service.awaitExit(QUICKLY);
      assertThat(service.err())
          .anyMatch(line -> line.contains("http://localhost:" + port))
          .anyMatch(line -> line.contains("Local mode"))
          .noneMatch(line -> line.contains("Exception"));
      assertThat(service.out()).isNotEmpty();
      for (String line : service.out()) {
        JsonNode entry = JSON.readTree(line);
        assertThat(entry.isObject()).as(line).isTrue();
        assertThat(entry.path("timestamp").textValue()).endsWith("Z");
        assertThat(entry.path("level").textValue()).isLowerCase();
        assertThat(entry.path("service").textValue()).isEqualTo("video-generation-service");
        assertThat(entry.path("message").isTextual()).isTrue();
      }
    }
  }

  @Test
  void a_host_that_is_set_is_listened_on_and_a_terminated_service_ends_within_its_grace_period()
      throws Exception {
    settings.put("HOST", "0.0.0.0");
    try (ServiceProcess service = server().awaitReady(adminPort)) {
      for (InetAddress address : outside()) {
        new Socket(address, port).close();
      }
      long start = System.nanoTime();
      service.terminate();
      assertThat(service.awaitExit(QUICKLY)).isEqualTo(143);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void a_port_in_use_is_told_in_one_sentence() throws Exception {
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(taken.isBound()).isTrue();
      assertFails("PORT: port " + port + " is in use by another process");
    }
  }

  @Test
  void a_database_that_cannot_be_reached_is_told_in_one_sentence_without_the_password() {
    settings.put("DATABASE_URL", "jdbc:postgresql://127.0.0.1:1/video?password=canary");
    settings.put("DATABASE_START_TIMEOUT", "0");
    assertFails("DATABASE_URL: PostgreSQL cannot be used at jdbc:postgresql://127.0.0.1:1/video (");
  }

  @Test
  void a_database_that_is_not_there_is_told_at_once() {
    settings.computeIfPresent(
        "DATABASE_URL", (name, url) -> url.replaceFirst("/t\\d+\\?", "/nowhere?"));
    assertFails("DATABASE_URL: PostgreSQL cannot be used at jdbc:postgresql://localhost:");
  }

  @Test
  void a_data_directory_in_use_is_told_in_one_sentence() {
    settings.remove("REDIS_HOST");
    try (DataDirectory data = DataDirectory.open(directory)) {
      data.claim();
      assertFails(
          "DATA_DIR: "
              + data.root()
              + " is in use by another process (pid "
              + ProcessHandle.current().pid()
              + ")");
    }
  }

  @Test
  void a_data_directory_that_cannot_be_written_is_told_in_one_sentence() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    settings.put("DATA_DIR", file.resolve("below").toString());
    assertFails("DATA_DIR: " + file.resolve("below") + " cannot be written");
  }

  @Test
  void a_wrong_setting_ends_start_and_check_alike() {
    settings.put("REDIS_TLS", "maybe");
    assertFails("REDIS_TLS (redis.tls): 'maybe' is not true or false");
    try (ServiceProcess check = new ServiceProcess(settings, "check", "config.yml")) {
      assertThat(check.awaitExit(QUICKLY)).isEqualTo(1);
      assertThat(check.err())
          .containsExactly("REDIS_TLS (redis.tls): 'maybe' is not true or false");
      assertThat(check.out()).isEmpty();
    }
  }

  @Test
  void check_says_when_the_settings_are_well_formed() {
    try (ServiceProcess check = new ServiceProcess(settings, "check", "config.yml")) {
      assertThat(check.awaitExit(QUICKLY)).isZero();
      assertThat(check.out()).containsExactly("config.yml: the settings are well formed");
      assertThat(check.err()).isEmpty();
    }
  }

  @Test
  void the_token_command_prints_a_token_and_nothing_else() {
    try (ServiceProcess command =
        new ServiceProcess(settings, "token", "config.yml", "--user", "ada", "--plan", "pro")) {
      assertThat(command.awaitExit(QUICKLY)).isZero();
      assertThat(command.err()).isEmpty();
      assertThat(command.out()).hasSize(1);
      Tokens tokens =
          Tokens.by(TokenSettings.forLocalMode(), directory, java.time.Clock.systemUTC());
      assertThat(tokens.verify(command.out().get(0)))
          .isInstanceOfSatisfying(
              Verification.Valid.class,
              valid -> {
                assertThat(valid.caller().userId()).isEqualTo("ada");
                assertThat(valid.caller().plan()).isEqualTo("pro");
                assertThat(valid.caller().admin()).isFalse();
              });
    }
  }

  @Test
  void the_token_command_says_when_it_has_no_key_to_sign_with() {
    settings.put("JWKS_URL", "https://issuer.example/keys");
    try (ServiceProcess command =
        new ServiceProcess(settings, "token", "config.yml", "--user", "ada")) {
      assertThat(command.awaitExit(QUICKLY)).isEqualTo(1);
      assertThat(command.out()).isEmpty();
      assertThat(command.err()).singleElement().asString().startsWith("JWT_SECRET: is not set");
    }
  }

  private static List<InetAddress> outside() throws Exception {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
        .toList();
  }

  private ServiceProcess server() {
    return new ServiceProcess(settings, "server", "config.yml");
  }

  private void assertFails(String sentence) {
    try (ServiceProcess service = server()) {
      assertThat(service.awaitExit(QUICKLY)).isEqualTo(1);
      assertThat(service.err()).hasSize(1);
      assertThat(service.err().get(0)).startsWith(sentence).doesNotContain("canary");
      List<String> out = service.out();
      assertThat(out)
          .allMatch(line -> line.startsWith("{"))
          .noneMatch(l -> l.contains("\"exception\""));
    }
  }
}
