package com.jadariselabs.video.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.media.Sniffed.Container;
import com.jadariselabs.video.media.Sniffed.Refused;
import com.jadariselabs.video.media.Sniffed.Video;
import com.jadariselabs.video.testing.Clips;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaTest {
  private final Media media = new Media(new MediaSettings("none", "none", 0, 0));

  @TempDir Path folder;

  @Test
  void a_rendered_clip_is_an_mp4() throws IOException {
    assertThat(media.sniff(Clips.small())).isEqualTo(new Video(Container.MP4));
  }

  @Test
  void a_webm_is_told_by_its_doc_type() throws IOException {
    byte[] head = bytes("1A45DFA3 9F 42868101 42F78101 42F28104 42F38108 428284 7765626D");
    assertThat(media.sniff(write(head))).isEqualTo(new Video(Container.WEBM));
    byte[] matroska = bytes("1A45DFA3 9F 42868101 42F78101 428288 6D6174726F736B61");
    assertThat(media.sniff(write(matroska))).isInstanceOf(Refused.class);
  }

  @ParameterizedTest
  @CsvSource({
    "'', empty",
    "<!DOCTYPE html><html>, HTML",
    "'  <html>', HTML",
    "<?xml version='1.0'?>, XML",
    "{\"detail\":\"gone\"}, JSON",
    "PK\u0003\u0004rest, zip",
    "%PDF-1.7, PDF",
    "#EXTM3U, playlist",
    "ffconcat version 1.0, playlist",
    "GIF89a, GIF",
    "some words that are no video at all, no known kind",
  })
  void what_is_no_video_is_refused_by_its_name(String content, String reason) throws IOException {
    Sniffed sniffed = media.sniff(write(content.getBytes(StandardCharsets.ISO_8859_1)));
    assertThat(sniffed).isInstanceOf(Refused.class);
    assertThat(((Refused) sniffed).reason()).contains(reason);
  }

  @Test
  void a_picture_in_an_mp4_like_file_is_no_video() throws IOException {
    byte[] heic = bytes("00000018 66747970 68656963 00000000 6D696631 68656963");
    assertThat(media.sniff(write(heic))).isInstanceOf(Refused.class);
  }

  @Test
  void a_video_that_was_cut_short_is_refused() throws IOException {
    byte[] whole = Files.readAllBytes(Clips.small());
    assertThat(media.sniff(write(Arrays.copyOf(whole, whole.length / 2))))
        .isEqualTo(new Refused("the video is cut short"));
    assertThat(media.sniff(write(Arrays.copyOf(whole, whole.length - 1))))
        .isEqualTo(new Refused("the video is cut short"));
  }

  @Test
  void the_movie_header_tells_duration_size_and_codec() throws IOException {
    assertThat(media.probe(Clips.small())).isEqualTo(new Probe(1.5, 320, 180, "h264"));
  }

  @Test
  void a_file_without_a_header_has_an_unknown_probe() throws IOException {
    assertThat(media.probe(write(new byte[100]))).isEqualTo(Probe.UNKNOWN);
  }

  @Test
  void a_header_that_lies_about_its_boxes_breaks_nothing() throws IOException {
    byte[] clip = Files.readAllBytes(Clips.small());
    int moov = new String(clip, StandardCharsets.ISO_8859_1).lastIndexOf("moov");
    for (int at = moov; at < clip.length - 4; at += 3) {
      byte[] broken = clip.clone();
      Arrays.fill(broken, at, at + 4, (byte) 0xFF);
      Path file = write(broken);
      assertThat(media.probe(file)).isNotNull();
      media.fastStart(file);
      assertThat(file).hasSize(broken.length);
    }
  }

  @Test
  void the_poster_is_a_jpeg_of_the_scene_and_not_the_dark_beginning() throws IOException {
    Path poster = folder.resolve("poster.jpg");
    assertThat(media.poster(Clips.small(), poster)).isTrue();
    BufferedImage image = ImageIO.read(poster.toFile());
    assertThat(image.getWidth()).isEqualTo(320);
    assertThat(image.getHeight()).isEqualTo(180);
    long colours = Arrays.stream(image.getRGB(0, 0, 320, 180, null, 0, 320)).distinct().count();
    assertThat(colours).isGreaterThan(1000);
  }

  @Test
  void what_cannot_be_decoded_has_no_poster_and_leaves_no_file() throws IOException {
    Path poster = folder.resolve("poster.jpg");
    Files.writeString(poster, "an old one");
    assertThat(media.poster(write(new byte[100]), poster)).isFalse();
    assertThat(poster).doesNotExist();
  }

  @Test
  void ffprobe_is_asked_first_and_confined_to_local_video_files() throws IOException {
    Path asked = folder.resolve("asked");
    Path ffprobe =
        script(
            "echo \"$@\" > "
                + asked
                + "; env >> "
                + asked
                + "; echo '{\"streams\":[{\"codec_name\":\"hevc\",\"width\":1920,\"height\":1080}],"
                + "\"format\":{\"duration\":\"4.04\"}}'");
    Media withProgram = new Media(new MediaSettings("none", ffprobe.toString(), 0, 0));
    assertThat(withProgram.probe(Clips.small())).isEqualTo(new Probe(4.04, 1920, 1080, "hevc"));
    assertThat(Files.readString(asked))
        .contains("-protocol_whitelist file", "-format_whitelist mov,mp4", "file:/")
        .doesNotContain("HOME=");
  }

  @Test
  void a_program_that_hangs_is_killed_and_the_header_is_read_instead() throws IOException {
    Path hanging = script("sleep 60");
    Media impatient =
        new Media(new MediaSettings(hanging.toString(), hanging.toString(), 200, 5_000));
    Instant start = Instant.now();
    assertThat(impatient.probe(Clips.small()).durationSeconds()).isEqualTo(1.5);
    assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(5));
    assertThat(ProcessHandle.current().descendants().filter(this::isSleep)).isEmpty();
  }

  @Test
  void a_program_that_fails_gives_way_to_java() throws IOException {
    Path failing = script("exit 1");
    Media stubborn = new Media(new MediaSettings(failing.toString(), failing.toString(), 0, 0));
    assertThat(stubborn.poster(Clips.small(), folder.resolve("poster.jpg"))).isTrue();
  }

  private boolean isSleep(ProcessHandle process) {
    return process.isAlive()
        && process.info().commandLine().filter(line -> line.contains("sleep 60")).isPresent();
  }

  private Path script(String body) throws IOException {
    Path script = Files.createTempFile(folder, "program", ".sh");
    Files.writeString(script, "#!/bin/sh\n" + body + "\n");
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
  }

  private Path write(byte[] content) throws IOException {
    return Files.write(Files.createTempFile(folder, "file", ".mp4"), content);
  }

  private static byte[] bytes(String hex) {
    return java.util.HexFormat.of().parseHex(hex.replace(" ", ""));
  }
}
