package com.jadariselabs.video.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * What is to be rendered.
 *
 * @param prompt shown as the title; with the seed it decides the look
 * @param seed the same prompt and seed look the same
 * @param seconds how long it plays, exactly
 * @param width pixels, even
 * @param height pixels, even
 * @param framesPerSecond divides 90,000
 */
public record Clip(
    String prompt, long seed, double seconds, int width, int height, int framesPerSecond) {

  private static final Pattern RATIO = Pattern.compile("\\b[0-9]{1,2}:[0-9]{1,2}(?= frame\\b)");
  private static final double DEFAULT_SECONDS = 5;
  private static final double DEFAULT_FRAMES_PER_SECOND = 16;
  private static final double LENGTH_FRAMES_PER_SECOND = 24;
  private static final int FRAMES_PER_SECOND = 16;
  private static final int SMALL_FRAMES_PER_SECOND = 8;

  /** Checks what the encoder needs. */
  public Clip {
    if (width % 2 != 0 || height % 2 != 0 || width < 16 || height < 16) {
      throw new IllegalArgumentException("width and height are even and at least 16");
    }
    if (!(seconds > 0) || framesPerSecond < 1) {
      throw new IllegalArgumentException("a clip has at least one frame");
    }
  }

  /** How many pictures it consists of; the last one may be shown for a shorter time. */
  public int frames() {
    return (int) Math.max(1, Math.ceil(seconds * framesPerSecond - 1e-6));
  }

  /** The clip that a model's input asks for. */
  static Clip of(JsonNode input, String predictionId, boolean small) {
    Size size = Size.of(ratio(input), small);
    return new Clip(
        input.path("prompt").asText(""),
        seed(input, predictionId),
        seconds(input),
        size.width(),
        size.height(),
        small ? SMALL_FRAMES_PER_SECOND : FRAMES_PER_SECOND);
  }

  /** By its own input; a model without one fits the frame to what the prompt says last. */
  private static String ratio(JsonNode input) {
    if (input.hasNonNull("aspect_ratio")) {
      return input.get("aspect_ratio").asText();
    }
    Matcher said = RATIO.matcher(input.path("prompt").asText(""));
    return said.results().map(MatchResult::group).reduce((first, last) -> last).orElse("16:9");
  }

  /** Seconds, by whichever way of saying it the model has. */
  static double seconds(JsonNode input) {
    if (input.hasNonNull("duration")) {
      return input.get("duration").asDouble();
    }
    if (input.hasNonNull("num_frames")) {
      return input.get("num_frames").asDouble()
          / input.path("frames_per_second").asDouble(DEFAULT_FRAMES_PER_SECOND);
    }
    return input.hasNonNull("length")
        ? input.get("length").asDouble() / LENGTH_FRAMES_PER_SECOND
        : DEFAULT_SECONDS;
  }

  /** Without a seed each prediction looks different, as with a real model. */
  static long seed(JsonNode input, String predictionId) {
    if (input.hasNonNull("seed")) {
      return input.get("seed").asLong();
    }
    CRC32 sum = new CRC32();
    sum.update(ByteBuffer.wrap(predictionId.getBytes(StandardCharsets.UTF_8)));
    return sum.getValue() >>> 1;
  }

  private record Size(int width, int height) {
    static Size of(String aspectRatio, boolean small) {
      Size size =
          switch (aspectRatio) {
            case "9:16" -> new Size(360, 640);
            case "1:1" -> new Size(480, 480);
            case "4:3" -> new Size(480, 360);
            case "3:4" -> new Size(360, 480);
            case "21:9", "2:1" -> new Size(840, 360);
            case "9:21", "1:2" -> new Size(360, 840);
            case "3:2", "5:4" -> new Size(540, 360);
            case "2:3", "4:5" -> new Size(360, 540);
            default -> new Size(640, 360);
          };
      return small ? new Size(size.width / 2, size.height / 2) : size;
    }
  }
}
