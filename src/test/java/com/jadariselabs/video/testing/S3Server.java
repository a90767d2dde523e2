package com.jadariselabs.video.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/**
 * A real S3 server (s3proxy) in a process of its own: it checks signatures, lengths and digests.
 */
public final class S3Server implements AutoCloseable {
  /** Who may ask. */
  public static final String ACCESS_KEY = "local-identity";

  /** What requests are signed with. */
  public static final String SECRET_KEY = "local-credential-canary";

  private static final Path PROGRAM = Path.of("target", "s3server", "s3proxy.jar");

  private final int port = Servers.freePort();
  private final Process process;

  private S3Server(Path directory, String bucket) throws IOException {
    Files.createDirectories(directory.resolve(bucket));
    Path settings =
        Files.write(
            directory.resolveSibling("s3proxy.conf"),
            List.of(
                "s3proxy.authorization=aws-v4",
                "s3proxy.endpoint=http://127.0.0.1:" + port,
                "s3proxy.identity=" + ACCESS_KEY,
                "s3proxy.credential=" + SECRET_KEY,
                "jclouds.provider=filesystem-nio2",
                "jclouds.filesystem.basedir=" + directory.toAbsolutePath()));
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                PROGRAM.toString(),
                "--properties",
                settings.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
  }

  /** Starts one with an empty bucket; the test is skipped where the build has not fetched it. */
  public static S3Server start(Path directory, String bucket) throws IOException {
    Assumptions.assumeTrue(
        Files.exists(PROGRAM),
        "skipped: no S3 server at " + PROGRAM + ", which the build puts there");
    S3Server server = new S3Server(directory, bucket);
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .failFast("it ended", () -> !server.process.isAlive())
        .ignoreExceptions()
        .until(() -> new RawHttp(server.port).send("GET", "/", "").status() > 0);
    return server;
  }

  /** S3_ENDPOINT. */
  public String endpoint() {
    return "http://127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
