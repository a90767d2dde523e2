package com.jadariselabs.video.storage.supabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.jadariselabs.video.storage.Kind;
import com.jadariselabs.video.testing.FakeSupabase;
import com.jadariselabs.video.testing.FakeSupabase.Trouble;
import com.jadariselabs.video.testing.SteppableClock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SupabaseStorageTest {
  private static final String SECRET = "sb_secret_canary";
  private static final String LEGACY = "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.sig";
  private static final String NAME = "gen_a/7/video.mp4";
  private static final int LARGE = 15 << 20;

  @TempDir Path directory;
  private final SteppableClock clock = new SteppableClock();
  private FakeSupabase project = new FakeSupabase(SECRET, "videos", false);
  private SupabaseStorage storage = storage(SECRET, false);

  @AfterEach
  void close() throws Exception {
    assertThat(project.refusals()).isEmpty();
    storage.close();
    project.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {SECRET, LEGACY})
  void a_file_is_uploaded_with_either_kind_of_key(String key) throws Exception {
    another(key, false);
    Path file = file(1000);
    assertThat(storage.store("gen_a", "7", Kind.VIDEO, file)).isEqualTo(NAME);
    FakeSupabase.Stored stored = stored();
    assertThat(stored.content()).isEqualTo(Files.readAllBytes(file));
    assertThat(stored.contentType()).isEqualTo("video/mp4");
    assertThat(stored.cacheControl()).isEqualTo("max-age=31536000");
    assertThat(project.calls()).containsExactly("upload");
  }

  @Test
  void a_large_file_goes_in_pieces() throws Exception {
    Path file = file(LARGE);
    storage.store("gen_a", "7", Kind.VIDEO, file);
    assertThat(stored().content()).isEqualTo(Files.readAllBytes(file));
    assertThat(project.calls()).containsExactly("begin", "piece", "piece", "piece");
  }

  @ParameterizedTest
  @EnumSource(names = {"AWAY", "DROPPED", "ANSWER_LOST", "CUT"})
  void an_upload_that_breaks_goes_on_where_the_server_stands(Trouble trouble) throws Exception {
    Path file = file(LARGE);
    project.spoil("piece", trouble);
    storage.store("gen_a", "7", Kind.VIDEO, file);
    assertThat(stored().content()).isEqualTo(Files.readAllBytes(file));
    assertThat(project.calls()).startsWith("begin", "piece", "head", "piece");
    assertThat(project.calls().stream().filter("begin"::equals)).hasSize(1);
  }

  @Test
  void an_upload_whose_last_answer_was_lost_is_not_made_again() throws Exception {
    Path file = file((6 << 20) + 1);
    // With the last piece the server is done, and forgets the upload.
    project.spoil("piece", Trouble.ANSWER_LOST, Trouble.ANSWER_LOST);
    storage.store("gen_a", "7", Kind.VIDEO, file);
    assertThat(stored().content()).isEqualTo(Files.readAllBytes(file));
    assertThat(project.calls()).endsWith("begin", "get");
  }

  @Test
  void an_upload_that_does_not_move_is_given_up() throws Exception {
    Path file = file(LARGE);
    for (int i = 0; i < 60; i++) {
      project.spoil("piece", Trouble.AWAY);
    }
    assertThatThrownBy(() -> storage.store("gen_a", "7", Kind.VIDEO, file))
        .isInstanceOf(IOException.class);
    assertThat(project.objects()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"AWAY", "DROPPED", "ANSWER_LOST"})
  void a_small_upload_is_repeated(Trouble trouble) throws Exception {
    project.spoil("upload", trouble);
    storage.store("gen_a", "7", Kind.POSTER, file(100));
    assertThat(project.objects()).containsOnlyKeys("gen_a/7/poster.jpg");
    assertThat(project.calls()).startsWith("upload", "upload");
  }

  @Test
  void our_own_repetition_is_a_success_when_the_same_bytes_are_there() throws Exception {
    Path file = file(1000);
    storage.store("gen_a", "7", Kind.VIDEO, file);
    FakeSupabase.Stored first = stored();
    storage.store("gen_a", "7", Kind.VIDEO, file);
    assertThat(stored()).isSameAs(first);
    assertThat(project.calls()).containsExactly("upload", "upload", "get");
  }

  @Test
  void other_bytes_under_our_name_are_replaced() throws Exception {
    storage.store("gen_a", "7", Kind.VIDEO, file(1000));
    Path file = file(1001);
    storage.store("gen_a", "7", Kind.VIDEO, file);
    assertThat(stored().content()).isEqualTo(Files.readAllBytes(file));
    assertThat(project.calls()).containsExactly("upload", "upload", "get", "upload");
  }

  @Test
  void a_fence_keeps_another_workers_file_untouched() throws Exception {
    storage.store("gen_a", "7", Kind.VIDEO, file(1000));
    storage.store("gen_a", "8", Kind.VIDEO, file(1000));
    assertThat(project.objects()).containsOnlyKeys(NAME, "gen_a/8/video.mp4");
  }

  @ParameterizedTest
  @EnumSource(names = {"SILENT", "AWAY"})
  void a_service_that_stays_away_is_an_error_that_names_no_key(Trouble trouble) throws Exception {
    storage.close();
    storage = storage(SECRET, false, Duration.ofMillis(300));
    Path file = file(10);
    project.spoil("upload", trouble, trouble, trouble);
    assertThatThrownBy(() -> storage.store("gen_a", "7", Kind.VIDEO, file))
        .isInstanceOf(IOException.class)
        .hasMessageNotContaining("canary")
        .hasNoSuppressedExceptions();
    assertThat(project.calls()).hasSize(3);
  }

  @Test
  void a_wrong_key_or_bucket_is_asked_once() throws Exception {
    project.close();
    project = new FakeSupabase(SECRET, "others", false);
    storage = storage(SECRET, false);
    Path file = file(10);
    assertThatThrownBy(() -> storage.store("gen_a", "7", Kind.VIDEO, file))
        .hasMessage("upload: answered 404");
    assertThat(project.calls()).containsExactly("upload");
  }

  @Test
  void a_signed_url_opens_the_file_and_stays_the_same_for_a_day() throws Exception {
    storage.store("gen_a", "7", Kind.VIDEO, file(1000));
    String url = storage.url(NAME, "gen_a", Kind.VIDEO);
    assertThat(url).startsWith(project.url() + "/storage/v1/object/sign/videos/gen_a/7/video.mp4?");
    assertThat(fetched(url)).isEqualTo(stored().content());
    clock.step(Duration.ofHours(23));
    assertThat(storage.url(NAME, "gen_a", Kind.VIDEO)).isEqualTo(url);
    clock.step(Duration.ofHours(2));
    assertThat(storage.url(NAME, "gen_a", Kind.VIDEO)).isNotEqualTo(url);
  }

  @Test
  void many_urls_are_signed_with_one_question() throws Exception {
    storage.store("gen_a", "7", Kind.VIDEO, file(1000));
    storage.store("gen_a", "7", Kind.POSTER, file(100));
    storage.expect(List.of(NAME, "gen_a/7/poster.jpg", "gen_absent/1/video.mp4"));
    project.calls().clear();
    assertThat(fetched(storage.url(NAME, "gen_a", Kind.VIDEO))).hasSize(1000);
    assertThat(fetched(storage.url("gen_a/7/poster.jpg", "gen_a", Kind.POSTER))).hasSize(100);
    assertThat(project.calls()).containsExactly("fetch", "fetch");
  }

  @Test
  void after_a_failure_nobody_waits_for_a_signature_for_a_moment() throws Exception {
    storage.store("gen_a", "7", Kind.VIDEO, file(1000));
    project.spoil("sign", Trouble.AWAY);
    assertThatThrownBy(() -> storage.url(NAME, "gen_a", Kind.VIDEO))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> storage.url(NAME, "gen_a", Kind.VIDEO))
        .isInstanceOf(IOException.class);
    assertThat(project.calls()).containsOnlyOnce("sign");
    clock.step(Duration.ofSeconds(6));
    assertThat(storage.url(NAME, "gen_a", Kind.VIDEO)).contains("token=");
  }

  @Test
  void an_answer_that_is_no_url_is_an_error() throws Exception {
    project.spoil("sign", Trouble.GARBLED);
    assertThatThrownBy(() -> storage.url(NAME, "gen_a", Kind.VIDEO))
        .isInstanceOf(IOException.class);
  }

  @Test
  void a_public_bucket_needs_no_signature() throws Exception {
    another(SECRET, true);
    storage.store("gen_a", "7", Kind.VIDEO, file(1000));
    String url = storage.url(NAME, "gen_a", Kind.VIDEO);
    assertThat(url).isEqualTo(project.url() + "/storage/v1/object/public/videos/gen_a/7/video.mp4");
    assertThat(fetched(url)).hasSize(1000);
    assertThat(project.calls()).containsExactly("upload", "fetch");
  }

  @Test
  void a_deleted_file_is_gone_and_deleting_it_again_is_harmless() throws Exception {
    storage.store("gen_a", "7", Kind.VIDEO, file(1000));
    storage.delete(NAME);
    storage.delete(NAME);
    assertThat(project.objects()).isEmpty();
  }

  private FakeSupabase.Stored stored() {
    return Objects.requireNonNull(project.objects().get(NAME));
  }

  private void another(String key, boolean open) throws Exception {
    close();
    project = new FakeSupabase(key, "videos", open);
    storage = storage(key, open);
  }

  private SupabaseStorage storage(String key, boolean open) {
    return storage(key, open, Duration.ofSeconds(10));
  }

  /** The silence that is borne is long, for a busy machine, where no test waits for its end. */
  private SupabaseStorage storage(String key, boolean open, Duration silence) {
    Patience patience =
        new Patience(
            Duration.ofSeconds(5),
            silence,
            Duration.ofSeconds(30),
            Duration.ofMinutes(1),
            Duration.ofMillis(500),
            Duration.ofMillis(1),
            Duration.ofSeconds(5));
    return new SupabaseStorage(
        new SupabaseSettings(project.url(), null, key, "videos", open),
        project.url(),
        clock,
        patience);
  }

  private Path file(int size) throws IOException {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return Files.write(directory.resolve("file" + size), bytes);
  }

  private static byte[] fetched(String url) throws Exception {
    HttpResponse<byte[]> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(url)).build(),
                HttpResponse.BodyHandlers.ofByteArray());
    assertThat(response.statusCode()).isEqualTo(200);
    return response.body();
  }
}
