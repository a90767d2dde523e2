package com.jadariselabs.video.media;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at video files that a provider made. Uses ffprobe and ffmpeg where the machine has them
 * (any codec), else its own reading of the movie header and JCodec (posters of H.264 alone).
 * Thread-safe; the methods block, at most for the time-outs of the settings.
 */
public final class Media {
  private static final Logger LOG = LoggerFactory.getLogger(Media.class);

  /** Frame 0 is often black. */
  private static final double POSTER_AT = 0.4;

  private static final int WIDEST_POSTER = 1280;

  /** Beyond this the Java decoder would take hundreds of megabytes of heap. */
  private static final int MOST_PIXELS_IN_JAVA = 1920 * 1920;

  private final MediaSettings settings;
  private final Optional<Program> ffmpeg;
  private final Optional<Program> ffprobe;
  private final Sniffer sniffer = new Sniffer();
  private final MovieHeader header = new MovieHeader();
  private final FastStart fastStart = new FastStart();
  private final StillFrame stillFrame = new StillFrame();
  private final ObjectMapper json = new ObjectMapper();

  /** Looks for the programs once, now. */
  public Media(MediaSettings settings) {
    this.settings = settings;
    this.ffmpeg = Program.find(settings.ffmpeg(), "ffmpeg");
    this.ffprobe = Program.find(settings.ffprobe(), "ffprobe");
    LOG.info("ffmpeg {}, ffprobe {}", found(ffmpeg), found(ffprobe));
  }

  /**
   * Tells by the bytes alone whether this is a whole MP4, MOV or WebM video.
   *
   * @throws IOException when the file cannot be read
   */
  public Sniffed sniff(Path file) throws IOException {
    return sniffer.sniff(file);
  }

  /**
   * Duration, size and codec, where they can be known; never fails for what is in the file.
   *
   * @throws IOException when the file cannot be read
   */
  public Probe probe(Path file) throws IOException {
    if (ffprobe.isPresent()) {
      Optional<Probe> probe = ask(ffprobe.get(), file);
      if (probe.isPresent()) {
        return probe.get();
      }
    }
    return header.read(file);
  }

  /**
   * Writes a JPEG of the frame at 40 % of the duration, at most 1280 pixels wide where ffmpeg makes
   * it.
   *
   * @param jpegTarget replaced where it exists; absent afterwards when there is no poster
   * @return false where nothing here can decode the video: it then has no poster
   * @throws IOException when the files cannot be read or written
   */
  public boolean poster(Path video, Path jpegTarget) throws IOException {
    Probe probe = probe(video);
    double second = probe.durationSeconds() == null ? 0 : probe.durationSeconds() * POSTER_AT;
    boolean written =
        (ffmpeg.isPresent() && posterByProgram(ffmpeg.get(), video, second, jpegTarget))
            || (fitsJava(probe)
                && stillFrame.write(video, second, jpegTarget, settings.posterTimeoutMillis()));
    if (!written) {
      Files.deleteIfExists(jpegTarget);
    }
    return written;
  }

  /**
   * Moves the index of an MP4 or MOV to its front, in place and in one step; a file that starts
   * fast already, or is no such file, stays as it is.
   *
   * @throws IOException when the file cannot be read or written; it is then as it was
   */
  public void fastStart(Path mp4) throws IOException {
    fastStart.relocate(mp4);
  }

  private Optional<Probe> ask(Program program, Path file) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("-v", "error"));
    arguments.addAll(Program.CONFINED);
    arguments.addAll(
        List.of(
            "-select_streams",
            "v:0",
            "-show_entries",
            "stream=codec_name,width,height:format=duration",
            "-of",
            "json",
            Program.file(file)));
    return program.run(arguments, settings.probeTimeoutMillis()).map(this::parse);
  }

  private @Nullable Probe parse(String printed) {
    try {
      JsonNode root = json.readTree(printed);
      JsonNode stream = root.path("streams").path(0);
      if (stream.isMissingNode()) {
        return null;
      }
      double seconds = root.path("format").path("duration").asDouble(0);
      int width = stream.path("width").asInt(0);
      int height = stream.path("height").asInt(0);
      String codec = stream.path("codec_name").asText("");
      return new Probe(
          seconds > 0 ? seconds : null,
          width > 0 ? width : null,
          height > 0 ? height : null,
          codec.isEmpty() ? null : codec);
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private boolean posterByProgram(Program program, Path video, double second, Path target)
      throws IOException {
    List<String> arguments = new ArrayList<>(List.of("-nostdin", "-v", "error", "-threads", "1"));
    arguments.addAll(Program.CONFINED);
    arguments.addAll(
        List.of(
            "-ss",
            String.format(Locale.ROOT, "%.3f", second),
            "-i",
            Program.file(video),
            "-map",
            "0:v:0",
            "-frames:v",
            "1",
            "-vf",
            "scale='min(" + WIDEST_POSTER + ",iw)':-2",
            "-q:v",
            "3",
            "-f",
            "mjpeg",
            "-fs",
            "8M",
            "-y",
            Program.file(target)));
    return program.run(arguments, settings.posterTimeoutMillis()).isPresent()
        && Files.exists(target)
        && Files.size(target) > 0;
  }

  private static boolean fitsJava(Probe probe) {
    Integer width = probe.width();
    Integer height = probe.height();
    return width != null
        && height != null
        && "h264".equals(probe.codec())
        && (long) width * height <= MOST_PIXELS_IN_JAVA;
  }

  private static String found(Optional<Program> program) {
    return program.isPresent() ? "found" : "not used";
  }
}
