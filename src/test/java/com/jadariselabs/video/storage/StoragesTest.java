package com.jadariselabs.video.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.jadariselabs.video.testing.Clips;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoragesTest {
  @TempDir Path directory;
  private final Cellar cellar = new Cellar();
  private LocalStorage local;

  @BeforeEach
  void open() throws IOException {
    local = LocalStorage.open(directory, "https://here", "secret", Clock.systemUTC());
  }

  @Test
  void a_change_of_place_leaves_older_files_where_they_are() throws IOException {
    String older = Storages.of(local).store("gen_a", "1", Kind.VIDEO, Clips.small());
    Storages now = new Storages(local, Map.of("cellar", cellar), "cellar");
    String newer = now.store("gen_b", "2", Kind.VIDEO, Clips.small());
    assertThat(newer).isEqualTo("cellar:gen_b/2/video.mp4");
    assertThat(now.find(older)).isPresent();
    assertThat(now.find(newer)).isEmpty();
    assertThat(now.url(older, "gen_a", Kind.VIDEO)).startsWith("https://here/media/gen_a/");
    assertThat(now.url(newer, "gen_b", Kind.VIDEO)).isEqualTo("https://cellar/gen_b/2/video.mp4");
    now.expect(List.of(older, newer));
    assertThat(cellar.expected).containsExactly("gen_b/2/video.mp4");
    now.delete(older);
    now.delete(newer);
    assertThat(now.find(older)).isEmpty();
    assertThat(cellar.files).isEmpty();
  }

  @Test
  void a_place_that_is_not_configured_any_more_is_an_error_of_its_files_alone() {
    Storages now = Storages.of(local);
    String key = "cellar:gen_b/2/video.mp4";
    assertThat(now.find(key)).isEmpty();
    now.expect(List.of(key));
    assertThatThrownBy(() -> now.url(key, "gen_b", Kind.VIDEO)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> now.delete(key)).isInstanceOf(IOException.class);
    assertThat(now.detour("gen_b", Kind.VIDEO)).startsWith("https://here/media/gen_b/video.mp4?");
  }

  private static final class Cellar implements Storage {
    private final List<String> files = new ArrayList<>();
    private final List<String> expected = new ArrayList<>();

    @Override
    public String store(String generationId, String fence, Kind kind, Path file) {
      String key = generationId + "/" + fence + "/" + kind.fileName();
      files.add(key);
      return key;
    }

    @Override
    public void olderThan(Instant before, Consumer<String> keys) {}

    @Override
    public void delete(String key) {
      files.remove(key);
    }

    @Override
    public String url(String key, String generationId, Kind kind) {
      return "https://cellar/" + key;
    }

    @Override
    public void expect(Collection<String> keys) {
      expected.addAll(keys);
    }
  }
}
