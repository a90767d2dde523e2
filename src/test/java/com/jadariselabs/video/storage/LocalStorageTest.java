package com.jadariselabs.video.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.jadariselabs.video.testing.Clips;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalStorageTest {
  @TempDir Path data;
  private LocalStorage storage;

  @BeforeEach
  void open() throws IOException {
    storage = open(null);
  }

  @Test
  void a_stored_file_is_found_whole_under_its_key() throws IOException {
    String key = storage.store("gen_a1", "f1", Kind.VIDEO, Clips.small());
    assertThat(key).isEqualTo("gen_a1/f1/video.mp4");
    StoredFile file = storage.find(key).orElseThrow();
    assertThat(file.path()).hasSameBinaryContentAs(Clips.small());
    assertThat(file.length()).isEqualTo(Files.size(Clips.small()));
    assertThat(file.contentType()).isEqualTo("video/mp4");
  }

  @Test
  void a_zombie_with_an_old_fence_overwrites_nothing() throws IOException {
    Path other = Files.writeString(data.resolve("other"), "the zombie's");
    String rightful = storage.store("gen_a1", "f2", Kind.VIDEO, Clips.small());
    String zombies = storage.store("gen_a1", "f1", Kind.VIDEO, other);
    assertThat(zombies).isNotEqualTo(rightful);
    assertThat(storage.find(rightful).orElseThrow().path()).hasSameBinaryContentAs(Clips.small());
  }

  @Test
  void storing_again_is_harmless() throws IOException {
    String once = storage.store("gen_a1", "f1", Kind.POSTER, Clips.small());
    assertThat(storage.store("gen_a1", "f1", Kind.POSTER, Clips.small())).isEqualTo(once);
    assertThat(storage.find(once).orElseThrow().contentType()).isEqualTo("image/jpeg");
  }

  @Test
  void a_webm_keeps_its_type() throws IOException {
    Path webm = Files.write(data.resolve("webm"), HexFormat.of().parseHex("1a45dfa3010203"));
    String key = storage.store("gen_a1", "f1", Kind.VIDEO, webm);
    assertThat(storage.find(key).orElseThrow().contentType()).isEqualTo("video/webm");
  }

  @Test
  void only_the_owner_may_read_what_is_stored() throws IOException {
    String key = storage.store("gen_a1", "f1", Kind.VIDEO, Clips.small());
    Path file = storage.find(key).orElseThrow().path();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    for (Path at : List.of(data.resolve("media"), file.resolve(".."), file.resolve("../.."))) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(at.normalize())))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void nothing_is_left_of_a_store_that_failed_nor_of_one_that_was_killed_long_ago()
      throws IOException {
    assertThatThrownBy(() -> storage.store("gen_a1", "f1", Kind.VIDEO, data.resolve("not-there")))
        .isInstanceOf(IOException.class);
    Path incoming = data.resolve("media/.incoming");
    assertThat(incoming).isEmptyDirectory();
    Path old = Files.writeString(incoming.resolve("old.part"), "half");
    Path fresh = Files.writeString(incoming.resolve("fresh.part"), "half");
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minusSeconds(7200)));
    open(null);
    assertThat(old).doesNotExist();
    assertThat(fresh).exists();
    storage.olderThan(
        Instant.now().plusSeconds(60),
        key -> {
          throw new AssertionError("a half file has no key: " + key);
        });
    assertThat(fresh).doesNotExist();
  }

  @Test
  void it_opens_while_another_process_stores() throws Exception {
    AtomicBoolean storing = new AtomicBoolean(true);
    CompletableFuture<Void> other =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; storing.get(); i++) {
                try {
                  storage.store("gen_a1", "f" + i, Kind.VIDEO, Clips.small());
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              }
            });
    for (int i = 0; i < 200; i++) {
      open(null);
    }
    storing.set(false);
    other.get();
  }

  @Test
  void a_deleted_file_is_gone_with_its_directories() throws IOException {
    String video = storage.store("gen_a1", "f1", Kind.VIDEO, Clips.small());
    String poster = storage.store("gen_a1", "f1", Kind.POSTER, Clips.small());
    storage.delete(video);
    assertThat(storage.find(video)).isEmpty();
    assertThat(storage.find(poster)).isPresent();
    storage.delete(poster);
    storage.delete(poster);
    try (Stream<Path> left = Files.walk(data.resolve("media"))) {
      assertThat(left.map(Path::toString)).noneMatch(path -> path.contains("gen_a1"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gen_a1/../video.mp4",
        "../gen_a1/f1/video.mp4",
        "gen_a1/f1/../../../etc/passwd",
        "gen_a1/f1/other.mp4",
        "gen_a1/f1/video.mp4\0",
        "gen_%2e%2e/f1/video.mp4",
        "GEN_a1/f1/video.mp4",
        "",
      })
  void what_is_no_key_of_ours_is_never_found(String key) {
    assertThat(storage.find(key)).isEmpty();
  }

  @Test
  void ids_and_fences_that_could_lead_elsewhere_are_refused() {
    for (String id : List.of("gen_../x", "gen_", "x", "gen_a/b", "gen_é")) {
      assertThatThrownBy(() -> storage.store(id, "f1", Kind.VIDEO, Clips.small()))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> storage.store("gen_a1", "..", Kind.VIDEO, Clips.small()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void symbolic_links_are_not_followed() throws IOException {
    String key = storage.store("gen_a1", "f1", Kind.VIDEO, Clips.small());
    Path file = storage.find(key).orElseThrow().path();
    Path secret = Files.writeString(data.resolve("secret"), "secret");
    Files.delete(file);
    Files.createSymbolicLink(file, secret);
    assertThat(storage.find(key)).isEmpty();

    Files.delete(file);
    Path elsewhere = Files.createDirectory(data.resolve("elsewhere"));
    Files.writeString(elsewhere.resolve("video.mp4"), "secret");
    Path fence = file.resolve("..").normalize();
    Files.delete(fence);
    Files.createSymbolicLink(fence, elsewhere);
    assertThat(storage.find(key)).isEmpty();
  }

  @Test
  void the_random_secret_is_kept_for_its_owner_and_a_configured_one_wins() throws IOException {
    String url = storage.url("gen_a1/f1/video.mp4", "gen_a1", Kind.VIDEO);
    assertThat(open(null).url("gen_a1/f1/video.mp4", "gen_a1", Kind.VIDEO)).isEqualTo(url);
    assertThat(open("configured").url("gen_a1/f1/video.mp4", "gen_a1", Kind.VIDEO))
        .isNotEqualTo(url);
    Path kept = data.resolve("media-secret");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)))
        .isEqualTo("rw-------");
  }

  private LocalStorage open(@Nullable String secret) throws IOException {
    return LocalStorage.open(data, "http://localhost:8080", secret, Clock.systemUTC());
  }
}
