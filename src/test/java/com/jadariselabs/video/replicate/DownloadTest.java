package com.jadariselabs.video.replicate;

import static com.jadariselabs.video.replicate.ReplicateTest.failure;
import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.replicate.ReplicateException.Kind;
import com.jadariselabs.video.testing.FakeProvider;
import com.jadariselabs.video.testing.FakeProvider.Call;
import com.jadariselabs.video.testing.Fault;
import io.dropwizard.util.Duration;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Fetching outputs: whole or not at all, and from the provider alone. */
class DownloadTest {
  private static final byte[] VIDEO = new byte[3_000_000];
  private static final long PLENTY = 10_000_000;

  static {
    new Random(1).nextBytes(VIDEO);
  }

  @TempDir private Path directory;
  private final FakeProvider provider = FakeProvider.start(VIDEO);
  private final FakeProvider other = FakeProvider.start(VIDEO);
  private final Replicate replicate =
      new Replicate(
          new ReplicateSettings(
              provider.apiUrl(),
              "r8_secret",
              null,
              Duration.seconds(2),
              Duration.milliseconds(500),
              Duration.seconds(1),
              Duration.seconds(2),
              -1,
              -1,
              0,
              Duration.seconds(1)),
          new CollectorRegistry(),
          Clock.systemUTC());

  @AfterEach
  void stop() {
    replicate.close();
    provider.close();
    other.close();
  }

  @Test
  void an_output_is_written_whole_under_its_name() throws IOException {
    Path target = directory.resolve("video.mp4");
    assertThat(replicate.download(provider.output("a"), target, PLENTY).join())
        .isEqualTo(VIDEO.length);
    assertThat(Files.readAllBytes(target)).isEqualTo(VIDEO);
    assertThat(files()).containsExactly("video.mp4");
  }

  static Stream<Fault> passing() {
    return Stream.of(
        Fault.truncate(), Fault.drop(), Fault.status(500), Fault.hang(), Fault.rateLimited("0"));
  }

  @ParameterizedTest
  @MethodSource("passing")
  void what_passes_is_tried_again_from_the_beginning(Fault fault) throws IOException {
    provider.next(Call.OUTPUT, fault);
    Path target = directory.resolve("video.mp4");
    replicate.download(provider.output("a"), target, PLENTY).join();
    assertThat(Files.readAllBytes(target)).isEqualTo(VIDEO);
  }

  @Test
  void a_truncated_output_is_never_seen_under_its_name() throws IOException {
    provider.always(Call.OUTPUT, Fault.truncate());
    assertThat(kindOf(provider.output("a"))).isEqualTo(Kind.TRANSIENT);
    assertThat(files()).isEmpty();
  }

  @Test
  void a_slow_drip_ends_with_the_time_for_the_whole_video() throws IOException {
    provider.always(Call.OUTPUT, Fault.drip(java.time.Duration.ofMillis(50)));
    assertThat(kindOf(provider.output("a"))).isEqualTo(Kind.TRANSIENT);
    assertThat(files()).isEmpty();
  }

  @Test
  void more_bytes_than_allowed_are_refused_by_their_announcement_or_when_they_come()
      throws IOException {
    Path target = directory.resolve("video.mp4");
    assertThat(failure(replicate.download(provider.output("a"), target, 1000)).kind())
        .isEqualTo(Kind.TOO_LARGE);
    provider.next(Call.OUTPUT, Fault.endless());
    assertThat(failure(replicate.download(provider.output("a"), target, 1_000_000)).kind())
        .isEqualTo(Kind.TOO_LARGE);
    assertThat(provider.calls(Call.OUTPUT)).isEqualTo(2);
    assertThat(files()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 404, 410})
  void an_output_that_is_gone_is_not_asked_for_again(int status) {
    provider.always(Call.OUTPUT, Fault.status(status));
    assertThat(kindOf(provider.output("a"))).isEqualTo(Kind.NOT_FOUND);
    assertThat(provider.calls(Call.OUTPUT)).isEqualTo(1);
    assertThat(replicate.check()).isEmpty();
  }

  @Test
  void a_disk_that_refuses_is_not_the_provider_s_fault() {
    Path nowhere = directory.resolve("missing").resolve("video.mp4");
    for (int i = 0; i < 25; i++) {
      assertThat(failure(replicate.download(provider.output("a"), nowhere, PLENTY)).kind())
          .isEqualTo(Kind.LOCAL_DISK);
    }
    assertThat(replicate.circuit()).isEqualTo(Replicate.Circuit.CLOSED);
  }

  @Test
  void a_redirect_within_the_provider_is_followed_with_the_token() {
    provider.next(
        Call.OUTPUT, Fault.redirect("/output/b"), Fault.redirect(provider.output("c").toString()));
    Path target = directory.resolve("video.mp4");
    assertThat(replicate.download(provider.output("a"), target, PLENTY).join())
        .isEqualTo(VIDEO.length);
    assertThat(provider.received())
        .extracting(FakeProvider.Received::path)
        .containsExactly("/output/a", "/output/b", "/output/c");
  }

  @Test
  void a_redirect_elsewhere_is_refused_and_nothing_is_sent_there() {
    provider.next(Call.OUTPUT, Fault.redirect(other.output("a").toString()));
    assertThat(kindOf(provider.output("a"))).isEqualTo(Kind.REFUSED_OUTPUT);
    assertThat(other.received()).isEmpty();
  }

  @Test
  void redirects_without_end_are_given_up() {
    provider.always(Call.OUTPUT, Fault.redirect("/output/a"));
    assertThat(kindOf(provider.output("a"))).isEqualTo(Kind.REFUSED_OUTPUT);
    assertThat(provider.calls(Call.OUTPUT)).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://replicate.delivery/a.mp4",
        "https://replicate.delivery.evil.example/a.mp4",
        "https://evilreplicate.delivery/a.mp4",
        "https://replicate.delivery:8443/a.mp4",
        "https://user@replicate.delivery/a.mp4",
        "https://replicate.delivery./a.mp4",
        "https://127.0.0.1/a.mp4",
        "https://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "ftp://replicate.delivery/a.mp4",
        "//replicate.delivery/a.mp4",
        "a.mp4"
      })
  void an_output_elsewhere_is_refused(String address) {
    assertThat(kindOf(URI.create(address))).isEqualTo(Kind.REFUSED_OUTPUT);
  }

  @Test
  void another_port_of_the_api_s_host_is_elsewhere() {
    assertThat(kindOf(other.output("a"))).isEqualTo(Kind.REFUSED_OUTPUT);
    assertThat(other.received()).isEmpty();
  }

  @Test
  void a_failure_names_no_address() {
    provider.always(Call.OUTPUT, Fault.drop());
    ReplicateException failure =
        failure(
            replicate.download(
                provider.output("a?signature=SECRET"), directory.resolve("v"), PLENTY));
    assertThat(failure).hasMessageNotContaining("SECRET").hasMessageNotContaining("127.0.0.1");
    assertThat(failure).hasNoCause();
  }

  private Kind kindOf(URI output) {
    return failure(replicate.download(output, directory.resolve("video.mp4"), PLENTY)).kind();
  }

  private Stream<String> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(p -> p.getFileName().toString()).toList().stream();
    }
  }
}
