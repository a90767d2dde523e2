package com.jadariselabs.video.testing;

import com.jadariselabs.video.embedded.UnpackedPostgres;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;

/**
 * The whole service in a process of its own, with settings for tests: quick, patient with many
 * submissions, rich users. It may be killed, frozen and started again at the same place.
 *
 * <pre>{@code
 * try (Instance instance = Instance.of(Instance.settings(directory)).start()) {
 *   JsonNode answer = instance.user("ada", "pro").submit("A lion", 5).json();
 *   instance.process().kill();
 *   instance.start();
 * }
 * }</pre>
 */
public final class Instance implements AutoCloseable {
  /** Signs the tokens of all test users: they hold on every instance and after a restart. */
  private static final String SECRET = "a secret that is for tests alone, and no other use";

  private static final Duration PATIENCE = Duration.ofSeconds(35);

  private final Map<String, String> settings;
  private final List<String> virtualMachine = new ArrayList<>();
  private final int port = Servers.freePort();
  private final int adminPort = Servers.freePort();
  private final List<String> earlierLines = new ArrayList<>();
  private ServiceProcess process;
  private String config = "config.yml";

  private Instance(Map<String, String> settings) {
    this.settings = new HashMap<>(settings);
    this.settings.put("PORT", "" + port);
    this.settings.put("ADMIN_PORT", "" + adminPort);
    this.settings.putIfAbsent("APP_URL", "http://localhost:" + port);
    virtualMachine.addAll(ServiceProcess.QUICKLY_STARTED);
  }

  /** Settings with embedded servers and the sandbox, both in this directory. */
  public static Map<String, String> settings(Path dataDirectory) {
    Map<String, String> settings = new HashMap<>();
    settings.put("DATA_DIR", dataDirectory.toString());
    settings.put("JWT_SECRET", SECRET);
    settings.put("MEDIA_SECRET", SECRET);
    settings.put("LOCAL_MODE", "true");
    settings.put("SANDBOX_SMALL", "true");
    settings.put("SANDBOX_STARTING_MS", "100");
    settings.put("SANDBOX_PROCESSING_MS", "100");
    settings.put("FFMPEG", "none");
    settings.put("FFPROBE", "none");
    settings.put("POLL_INTERVAL_MS", "250");
    settings.put("LEASE_MS", "2000");
    settings.put("QUEUE_RETRY_BASE_MS", "200");
    settings.put("QUEUE_PER_USER", "1000");
    for (String window : List.of("MINUTE", "HOUR", "DAY")) {
      settings.put("RATE_LIMIT_PER_" + window, "1000000");
    }
    for (String plan : List.of("FREE", "STARTER", "PRO")) {
      settings.put("START_CREDITS_" + plan, "1000000");
    }
    return settings;
  }

  /** The same with stores that are there already. */
  public static Map<String, String> settings(
      Path dataDirectory, String databaseUrl, int redisPort) {
    Map<String, String> settings = settings(dataDirectory);
    settings.put("DATABASE_URL", databaseUrl);
    settings.put("DATABASE_POOL_SIZE", "12");
    settings.put("REDIS_HOST", "127.0.0.1");
    settings.put("REDIS_PORT", "" + redisPort);
    return settings;
  }

  /** One that is not started yet. */
  public static Instance of(Map<String, String> settings) {
    return new Instance(settings);
  }

  /** With another setting, from the next start on. */
  public Instance with(String name, Object value) {
    settings.put(name, value.toString());
    return this;
  }

  /** With this provider, whose budgets are lifted: a fake one bears more than the real one. */
  public Instance with(FakeProvider provider) {
    settings.put("REPLICATE_API_URL", provider.apiUrl());
    settings.put("REPLICATE_API_TOKEN", "r8_canary_of_the_provider");
    Path lifted = Path.of(String.valueOf(settings.get("DATA_DIR")), "config.yml");
    try {
      Files.createDirectories(lifted.toAbsolutePath().getParent());
      String shipped = Files.readString(Path.of("config.yml"));
      Files.writeString(
          lifted,
          shipped.replace(
              "\nreplicate:\n", "\nreplicate:\n  createsPerMinute: -1\n  callsPerMinute: -1\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    config = lifted.toString();
    return this;
  }

  /** With the optimising compiler, which the short tests do without. */
  public Instance optimised() {
    virtualMachine.remove("-XX:TieredStopAtLevel=1");
    return this;
  }

  /** From the next start on it writes its classes into an archive when it ends. */
  Instance archiving(Path archive) {
    virtualMachine.add(ClassArchive.MAKE + archive);
    return this;
  }

  /** From the next start on a debugger may attach, at the port that is returned. */
  public int debuggable() {
    int debugPort = Servers.freePort();
    virtualMachine.removeIf(option -> option.startsWith("-agentlib:jdwp"));
    virtualMachine.add(
        "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,quiet=y,address=127.0.0.1:"
            + debugPort);
    return debugPort;
  }

  /** Starts it and waits until it answers. */
  public Instance start() {
    launch();
    return awaitReady();
  }

  /** Starts it without waiting. */
  public Instance launch() {
    if (process != null) {
      earlierLines.addAll(process.out());
    }
    if (!settings.containsKey("DATABASE_URL")) {
      UnpackedPostgres.into(Path.of(String.valueOf(settings.get("DATA_DIR"))));
    }
    process = new ServiceProcess(virtualMachine, settings, "server", config);
    return this;
  }

  /** Waits until it answers. */
  public Instance awaitReady() {
    process().awaitReady(adminPort);
    return this;
  }

  /** The process that was started last. */
  public ServiceProcess process() {
    if (process == null) {
      throw new IllegalStateException("not started");
    }
    return process;
  }

  /** The lines that it and its predecessors have logged. */
  public List<String> log() {
    List<String> lines = new ArrayList<>(earlierLines);
    lines.addAll(process().out());
    return lines;
  }

  /** Where it answers. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Somebody with a plan of free, starter or pro. */
  public Client user(String name, String plan) {
    return new Client(url(), token(name, plan, false));
  }

  /** Somebody with the admin role. */
  public Client admin() {
    return new Client(url(), token("root", "pro", true));
  }

  /** Somebody without a token. */
  public Client nobody() {
    return new Client(url(), null);
  }

  /** A gauge or counter without labels, from the admin port. */
  public double metric(String name) {
    String text =
        new Client(URI.create("http://127.0.0.1:" + adminPort), null).get("/prometheus").text();
    Matcher line = Pattern.compile("(?m)^" + Pattern.quote(name) + " (\\S+)$").matcher(text);
    if (!line.find()) {
      throw new AssertionError("no " + name + " in\n" + text);
    }
    return Double.parseDouble(line.group(1));
  }

  /** Its embedded PostgreSQL. */
  public Jdbi embeddedDatabase() {
    return Servers.jdbi(
        "jdbc:postgresql://127.0.0.1:%s/video?user=postgres&password=%s"
            .formatted(kept("postgres/port"), kept("postgres/password")));
  }

  /** Its embedded servers that are running. */
  public List<ProcessHandle> embeddedServers() {
    return Stream.of("postgres/cluster/postmaster.pid", "redis/redis.pid")
        .map(file -> ProcessHandle.of(Long.parseLong(kept(file))))
        .flatMap(Optional::stream)
        .toList();
  }

  /** The first line of a file in its data directory. */
  private String kept(String file) {
    try {
      Path path = Path.of(String.valueOf(settings.get("DATA_DIR")), file);
      return Files.readAllLines(path).get(0).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGTERM, and waits for the end. */
  public int stop() {
    process().terminate();
    return process().awaitExit(PATIENCE);
  }

  /** Ends it, with its embedded servers where it has them, and prints the errors that it logged. */
  @Override
  public void close() {
    if (process == null) {
      return;
    }
    if (process.isAlive()) {
      process.thaw();
      process.terminate();
      try {
        process.awaitExit(PATIENCE);
      } finally {
        process.close();
      }
    }
    log().stream()
        .filter(line -> line.contains("\"level\":\"error\""))
        .forEach(System.err::println);
  }

  /** A token of local mode's secret. */
  public static String token(String user, String plan, boolean admin) {
    Instant now = Instant.now();
    Map<String, Object> app = new HashMap<>(Map.of("plan", plan));
    if (admin) {
      app.put("role", "admin");
    }
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .subject(user)
            .audience("authenticated")
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plus(Duration.ofHours(12))))
            .claim("role", "authenticated")
            .claim("session_id", "session-of-" + user)
            .claim("app_metadata", app)
            .build();
    try {
      SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
      token.sign(new MACSigner(SECRET.getBytes(StandardCharsets.UTF_8)));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
