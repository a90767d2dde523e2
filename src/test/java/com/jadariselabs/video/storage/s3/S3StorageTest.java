package com.jadariselabs.video.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.jadariselabs.video.storage.Kind;
import com.jadariselabs.video.testing.Clips;
import com.jadariselabs.video.testing.S3Server;
import com.jadariselabs.video.testing.Servers;
import com.jadariselabs.video.testing.SteppableClock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class S3StorageTest {
  private static final String BUCKET = "videos";

  @TempDir static Path directory;
  private static @Nullable S3Server server;
  private final SteppableClock clock = new SteppableClock();

  @BeforeAll
  static void start() throws IOException {
    server = S3Server.start(directory.resolve("s3"), BUCKET);
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void a_file_comes_back_whole_from_a_signed_url_with_what_browsers_want() throws Exception {
    try (S3Storage storage = storage(S3Server.SECRET_KEY, null)) {
      String key = storage.store("gen_a", "7", Kind.VIDEO, Clips.small());
      assertThat(key).isEqualTo("gen_a/7/video.mp4");
      String url = storage.url(key, "gen_a", Kind.VIDEO);
      assertThat(url)
          .startsWith(endpoint() + "/videos/gen_a/7/video.mp4?")
          .contains("X-Amz-Expires=172800");
      HttpResponse<byte[]> fetched = fetch(url);
      assertThat(fetched.statusCode()).isEqualTo(200);
      assertThat(fetched.body()).isEqualTo(Files.readAllBytes(Clips.small()));
      assertThat(fetched.headers().firstValue("Content-Type")).contains("video/mp4");
      assertThat(fetched.headers().firstValue("Cache-Control"))
          .contains("public, max-age=31536000, immutable");
      assertThat(fetch(url.replace("gen_a", "gen_b")).statusCode()).isEqualTo(403);
      assertThat(fetch(url.substring(0, url.indexOf('?'))).statusCode()).isEqualTo(403);
    }
  }

  @Test
  void a_signed_url_stays_the_same_for_a_day() throws Exception {
    try (S3Storage storage = storage(S3Server.SECRET_KEY, null)) {
      String url = storage.url("gen_a/7/video.mp4", "gen_a", Kind.VIDEO);
      clock.step(Duration.ofHours(23));
      assertThat(storage.url("gen_a/7/video.mp4", "gen_a", Kind.VIDEO)).isEqualTo(url);
    }
  }

  @Test
  void storing_and_deleting_again_is_harmless() throws Exception {
    try (S3Storage storage = storage(S3Server.SECRET_KEY, null)) {
      String key = storage.store("gen_r", "7", Kind.POSTER, Clips.small());
      assertThat(storage.store("gen_r", "7", Kind.POSTER, Clips.small())).isEqualTo(key);
      String url = storage.url(key, "gen_r", Kind.POSTER);
      storage.delete(key);
      storage.delete(key);
      assertThat(fetch(url).statusCode()).isEqualTo(404);
    }
  }

  @Test
  void a_bucket_that_anybody_may_read_needs_no_signature() throws Exception {
    try (S3Storage storage = storage(S3Server.SECRET_KEY, "https://cdn.example/media/")) {
      assertThat(storage.url("gen_a/7/video.mp4", "gen_a", Kind.VIDEO))
          .isEqualTo("https://cdn.example/media/gen_a/7/video.mp4");
    }
  }

  @Test
  void a_wrong_key_is_refused_with_words_that_name_no_key() {
    try (S3Storage storage = storage("another-canary", null)) {
      assertThatThrownBy(() -> storage.store("gen_w", "7", Kind.VIDEO, Clips.small()))
          .isInstanceOf(IOException.class)
          .hasMessage("upload: answered 403")
          .hasNoCause();
    }
  }

  @Test
  void a_service_that_is_away_is_an_error() {
    S3Settings settings = settings("http://127.0.0.1:" + Servers.freePort(), "x");
    try (S3Storage storage = new S3Storage(settings, null, clock, impatient())) {
      assertThatThrownBy(() -> storage.store("gen_w", "7", Kind.VIDEO, Clips.small()))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("upload: no answer");
    }
  }

  private S3Storage storage(String secret, @Nullable String links) {
    return new S3Storage(settings(endpoint(), secret), links, clock, impatient());
  }

  private static S3Settings settings(String endpoint, String secret) {
    return new S3Settings(endpoint, null, BUCKET, S3Server.ACCESS_KEY, secret, null, null);
  }

  private static S3Storage.Patience impatient() {
    return new S3Storage.Patience(
        Duration.ofSeconds(2),
        Duration.ofSeconds(10),
        Duration.ofSeconds(20),
        Duration.ofSeconds(30));
  }

  private static String endpoint() {
    if (server == null) {
      throw new IllegalStateException("not started");
    }
    return server.endpoint();
  }

  private static HttpResponse<byte[]> fetch(String url) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(url)).build(),
            HttpResponse.BodyHandlers.ofByteArray());
  }
}
