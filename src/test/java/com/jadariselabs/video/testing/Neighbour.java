package com.jadariselabs.video.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/** A server of the machine's own, where it is installed; a test without it is skipped. */
public final class Neighbour implements AutoCloseable {
  private final Path directory;
  private final int port;
  private final Process process;

  private Neighbour(Path directory, int port, List<String> command) throws IOException {
    this.directory = directory;
    this.port = port;
    this.process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(30))
        .failFast("it ended", () -> !process.isAlive())
        .ignoreExceptions()
        .until(() -> connects(port));
  }

  /** The PostgreSQL that the machine has, whatever its version, for anybody on this machine. */
  public static Neighbour postgres(Path directory) throws Exception {
    Path programs = Path.of(program("postgres")).getParent();
    int port = Servers.freePort();
    Files.createDirectories(directory);
    Path cluster = directory.resolve("cluster");
    run(
        asNobody(
            List.of(
                programs.resolve("initdb").toString(),
                "--pgdata=" + cluster,
                "--username=postgres",
                "--auth=trust",
                "--no-sync")));
    return new Neighbour(
        directory,
        port,
        asNobody(
            List.of(
                programs.resolve("postgres").toString(),
                "-D",
                cluster.toString(),
                "-p",
                "" + port,
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "fsync=off")));
  }

  /** It refuses to be root. */
  private static List<String> asNobody(List<String> command) {
    if (!System.getProperty("user.name").equals("root")) {
      return command;
    }
    List<String> other = new ArrayList<>(List.of(program("unshare"), "--user"));
    other.addAll(command);
    return other;
  }

  /** PgBouncer in transaction mode before this PostgreSQL, as database {@code video}. */
  public static Neighbour pgBouncer(Path directory, Neighbour postgres) throws IOException {
    String program = program("pgbouncer");
    int port = Servers.freePort();
    Files.createDirectories(directory);
    Path settings =
        Files.write(
            directory.resolve("pgbouncer.ini"),
            List.of(
                "[databases]",
                "video = host=127.0.0.1 port=%d dbname=postgres user=postgres"
                    .formatted(postgres.port()),
                "[pgbouncer]",
                "listen_addr = 127.0.0.1",
                "listen_port = " + port,
                "unix_socket_dir =",
                "auth_type = any",
                "pool_mode = transaction",
                "default_pool_size = 8",
                "ignore_startup_parameters = extra_float_digits"));
    List<String> command = new ArrayList<>(List.of(program));
    if (System.getProperty("user.name").equals("root")) {
      // It refuses to be root.
      command.addAll(List.of("-u", "nobody"));
    }
    command.add(settings.toString());
    return new Neighbour(directory, port, command);
  }

  /** A Redis with a password that speaks TLS alone; its authority is {@code ca.pem}. */
  public static Neighbour redisWithTls(Path directory, String password) throws Exception {
    String program = program("redis-server");
    Files.createDirectories(directory);
    certificate(directory);
    int port = Servers.freePort();
    return new Neighbour(
        directory,
        port,
        List.of(
            program,
            "--port",
            "0",
            "--tls-port",
            "" + port,
            "--bind",
            "127.0.0.1",
            "--tls-cert-file",
            directory.resolve("ca.pem").toString(),
            "--tls-key-file",
            directory.resolve("key.pem").toString(),
            "--tls-ca-cert-file",
            directory.resolve("ca.pem").toString(),
            "--tls-auth-clients",
            "no",
            "--requirepass",
            password,
            "--save",
            "",
            "--dir",
            directory.toString()));
  }

  /** Its port on loopback. */
  public int port() {
    return port;
  }

  /** Its files. */
  public Path directory() {
    return directory;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** By the Java's own keytool: self-signed, for 127.0.0.1. */
  private static void certificate(Path directory) throws Exception {
    Path store = directory.resolve("keys.p12");
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    run(
        List.of(
            keytool,
            "-genkeypair",
            "-alias",
            "redis",
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-dname",
            "CN=redis",
            "-ext",
            "san=ip:127.0.0.1",
            "-ext",
            "bc=ca:true",
            "-validity",
            "2",
            "-storetype",
            "PKCS12",
            "-keystore",
            store.toString(),
            "-storepass",
            "changeit"));
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, "changeit".toCharArray());
    }
    pem(directory.resolve("ca.pem"), "CERTIFICATE", keys.getCertificate("redis").getEncoded());
    pem(
        directory.resolve("key.pem"),
        "PRIVATE KEY",
        keys.getKey("redis", "changeit".toCharArray()).getEncoded());
  }

  private static void run(List<String> command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError(said);
    }
  }

  private static void pem(Path file, String what, byte[] der) throws IOException {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    Files.writeString(
        file, "-----BEGIN " + what + "-----\n" + body + "\n-----END " + what + "-----\n");
  }

  private static boolean connects(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    }
  }

  private static String program(String name) {
    Optional<Path> found =
        Stream.of(
                Stream.of(String.valueOf(System.getenv("PATH")).split(":")),
                Stream.of("/usr/sbin", "/usr/local/sbin"),
                // Where Debian keeps PostgreSQL's own programs, the latest version first.
                IntStream.of(18, 17, 16, 15, 14).mapToObj("/usr/lib/postgresql/%d/bin"::formatted))
            .flatMap(folders -> folders)
            .map(folder -> Path.of(folder, name))
            .filter(Files::isExecutable)
            .findFirst();
    Assumptions.assumeTrue(found.isPresent(), "skipped: no " + name + " is installed here");
    return found.orElseThrow().toString();
  }
}
