package com.jadariselabs.video.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.testing.Clips;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FastStartTest {
  private static final byte[] SAMPLES = "the samples of a movie".getBytes(StandardCharsets.UTF_8);

  private final Media media = new Media(new MediaSettings("none", "none", 0, 0));

  @TempDir Path folder;

  @Test
  void a_rendered_clip_has_its_index_last_and_then_first() throws IOException {
    Path clip = folder.resolve("clip.mp4");
    Files.copy(Clips.small(), clip);
    assertThat(types(clip)).containsExactly("ftyp", "wide", "mdat", "moov");

    media.fastStart(clip);

    assertThat(types(clip)).containsExactly("ftyp", "moov", "wide", "mdat");
    assertThat(clip).hasSize(Files.size(Clips.small()));
    assertThat(media.probe(clip)).isEqualTo(media.probe(Clips.small()));
    Path before = folder.resolve("before.jpg");
    Path after = folder.resolve("after.jpg");
    assertThat(media.poster(Clips.small(), before)).isTrue();
    assertThat(media.poster(clip, after)).isTrue();
    assertThat(after).hasSameBinaryContentAs(before);
    assertThat(folder).isDirectoryNotContaining("glob:**faststart");
  }

  @Test
  void what_starts_fast_stays_as_it_is() throws IOException {
    Path clip = folder.resolve("clip.mp4");
    Files.copy(Clips.small(), clip);
    media.fastStart(clip);
    byte[] once = Files.readAllBytes(clip);
    media.fastStart(clip);
    assertThat(clip).hasBinaryContent(once);
  }

  @Test
  void offsets_of_32_and_64_bits_lead_to_the_same_samples_afterwards() throws IOException {
    for (boolean wide : List.of(false, true)) {
      Path file = movie(wide);
      media.fastStart(file);
      byte[] moved = Files.readAllBytes(file);
      int at = new String(moved, StandardCharsets.ISO_8859_1).indexOf(wide ? "co64" : "stco") + 12;
      ByteBuffer bytes = ByteBuffer.wrap(moved);
      long offset = wide ? bytes.getLong(at) : bytes.getInt(at);
      assertThat(types(file)).containsExactly("ftyp", "moov", "mdat", "free");
      assertThat(moved).containsSequence(SAMPLES);
      assertThat(java.util.Arrays.copyOfRange(moved, (int) offset, (int) offset + SAMPLES.length))
          .isEqualTo(SAMPLES);
    }
  }

  @Test
  void what_is_no_movie_stays_as_it_is() throws IOException {
    Path file = Files.writeString(folder.resolve("page.mp4"), "<html>this is no movie</html>");
    media.fastStart(file);
    assertThat(file).hasContent("<html>this is no movie</html>");
  }

  /** ftyp, mdat (with a size of 64 bits where wide), moov with one chunk offset, free. */
  private Path movie(boolean wide) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.write(box("ftyp", "isom\0\0\0\0isom".getBytes(StandardCharsets.ISO_8859_1)));
    ByteBuffer mdat = ByteBuffer.allocate((wide ? 16 : 8) + SAMPLES.length);
    mdat.putInt(wide ? 1 : mdat.capacity()).put("mdat".getBytes(StandardCharsets.ISO_8859_1));
    if (wide) {
      mdat.putLong(mdat.capacity());
    }
    long samplesAt = (long) file.size() + mdat.position();
    file.write(mdat.put(SAMPLES).array());
    ByteBuffer table = ByteBuffer.allocate(wide ? 16 : 12).putInt(0).putInt(1);
    byte[] offsets = (wide ? table.putLong(samplesAt) : table.putInt((int) samplesAt)).array();
    byte[] stbl = box("stbl", box(wide ? "co64" : "stco", offsets));
    file.write(box("moov", box("trak", box("mdia", box("minf", stbl)))));
    file.write(box("free", new byte[4]));
    return Files.write(Files.createTempFile(folder, "movie", ".mp4"), file.toByteArray());
  }

  private static byte[] box(String type, byte[] body) {
    return ByteBuffer.allocate(8 + body.length)
        .putInt(8 + body.length)
        .put(type.getBytes(StandardCharsets.ISO_8859_1))
        .put(body)
        .array();
  }

  private static List<String> types(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      return Box.topLevel(channel).stream().map(Box::type).toList();
    }
  }
}
