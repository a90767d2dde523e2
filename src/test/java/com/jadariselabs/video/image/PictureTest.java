package com.jadariselabs.video.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.testing.Pictures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read of a picture without decoding it. */
class PictureTest {
  @TempDir private Path folder;

  @Test
  void a_jpeg_and_a_png_tell_their_sizes() throws IOException {
    assertThat(picture(Pictures.noise(33, 21))).contains(new Picture(Picture.Type.JPEG, 33, 21));
    assertThat(picture(Pictures.png(40, 30))).contains(new Picture(Picture.Type.PNG, 40, 30));
  }

  @Test
  void each_kind_of_webp_tells_its_size() throws IOException {
    byte[] lossy = {0, 0, 0, (byte) 0x9D, 1, 0x2A, 0x40, 1, (byte) 0xF0, 0};
    assertThat(picture(webp("VP8 ", lossy))).contains(new Picture(Picture.Type.WEBP, 320, 240));
    int bits = 319 | 239 << 14;
    byte[] lossless =
        ByteBuffer.allocate(5).order(ByteOrder.LITTLE_ENDIAN).put((byte) 0x2F).putInt(bits).array();
    assertThat(picture(webp("VP8L", lossless))).contains(new Picture(Picture.Type.WEBP, 320, 240));
    byte[] extended = {0, 0, 0, 0, 0x3F, 1, 0, (byte) 0xEF, 0, 0};
    assertThat(picture(webp("VP8X", extended))).contains(new Picture(Picture.Type.WEBP, 320, 240));
  }

  @Test
  void what_is_no_picture_or_breaks_off_in_its_header_tells_nothing() throws IOException {
    assertThat(picture("<svg width='1'/>".getBytes(StandardCharsets.UTF_8))).isEmpty();
    assertThat(picture(new byte[0])).isEmpty();
    assertThat(picture(new byte[4096])).isEmpty();
    assertThat(picture(Pictures.png(0x10, 0x10), 20)).isEmpty();
    assertThat(picture(Pictures.noise(16, 16), 40)).isEmpty();
    assertThat(picture(webp("VP8 ", new byte[10]))).isEmpty();
    assertThat(picture(webp("ANIM", new byte[10]))).isEmpty();
  }

  @Test
  void what_lacks_its_end_is_no_picture() throws IOException {
    byte[] extended = {0, 0, 0, 0, 0x3F, 1, 0, (byte) 0xEF, 0, 0};
    for (byte[] whole :
        List.of(Pictures.noise(64, 64), Pictures.png(64, 64), webp("VP8X", extended))) {
      assertThat(picture(whole)).isPresent();
      assertThat(picture(Arrays.copyOf(whole, whole.length + 10))).as("with a tail").isPresent();
      assertThat(picture(whole, whole.length - 1)).isEmpty();
      assertThat(picture(whole, whole.length / 2)).isEmpty();
    }
  }

  @Test
  void a_bomb_is_told_by_its_header_alone() throws IOException {
    byte[] bomb = Pictures.png(1, 1);
    ByteBuffer.wrap(bomb).putInt(16, 100_000).putInt(20, 100_000);
    assertThat(picture(bomb).orElseThrow().pixels()).isEqualTo(10_000_000_000L);
    ByteBuffer.wrap(bomb).putInt(16, -1);
    assertThat(picture(bomb)).isEmpty();
  }

  private Optional<Picture> picture(byte[] bytes, int length) throws IOException {
    return picture(Arrays.copyOf(bytes, length));
  }

  private Optional<Picture> picture(byte[] bytes) throws IOException {
    return Picture.of(Files.write(folder.resolve("file"), bytes));
  }

  private static byte[] webp(String chunk, byte[] data) {
    return ByteBuffer.allocate(20 + data.length)
        .put("RIFF".getBytes(StandardCharsets.US_ASCII))
        .putInt(Integer.reverseBytes(12 + data.length))
        .put(("WEBP" + chunk).getBytes(StandardCharsets.US_ASCII))
        .putInt(0)
        .put(data)
        .array();
  }
}
