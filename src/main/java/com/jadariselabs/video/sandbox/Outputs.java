package com.jadariselabs.video.sandbox;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** The files that predictions put out, under names that cannot be guessed. Thread-safe. */
final class Outputs {
  /** No clip takes so long: what is older was left by a process that died. */
  private static final Duration LOST_AFTER = Duration.ofHours(1);

  private static final Pattern TOKEN = Pattern.compile("[a-z0-9]{26,64}");

  private final Path directory;
  private final Renderer renderer;
  private final boolean small;
  private final ConcurrentHashMap<String, Double> rendered = new ConcurrentHashMap<>();

  Outputs(Path directory, boolean small) throws IOException {
    this.directory = directory;
    this.small = small;
    this.renderer = new Renderer();
    Files.createDirectories(directory);
    Instant lost = Instant.now().minus(LOST_AFTER);
    try (DirectoryStream<Path> parts = Files.newDirectoryStream(directory, "*.part")) {
      for (Path part : parts) {
        deleteIfOlder(part, lost);
      }
    }
  }

  /** Asked at each frame. */
  @FunctionalInterface
  interface Going {
    boolean on();
  }

  /** Renders the output of a prediction; false where it was stopped. */
  boolean render(Prediction prediction, Going going) throws IOException {
    if (prediction.input() == null) {
      return false;
    }
    if (prediction.marker() == Marker.HTML) {
      Files.writeString(
          path(prediction.token()),
          "<!doctype html><html><body><h1>502 Bad Gateway</h1></body></html>",
          StandardCharsets.UTF_8);
      return true;
    }
    Clip clip = Clip.of(prediction.input(), prediction.id(), small);
    // A name of its own: an earlier process may still be at the same prediction.
    Path part = Files.createTempFile(directory, prediction.token(), ".part");
    try {
      boolean whole =
          renderer.render(
              clip,
              part,
              frames -> {
                rendered.put(prediction.id(), (double) frames / clip.frames());
                return going.on();
              });
      if (whole) {
        Files.move(part, path(prediction.token()), ATOMIC_MOVE);
      }
      return whole;
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** How much of it is rendered, from 0 to 1. */
  double done(String predictionId) {
    return rendered.getOrDefault(predictionId, 0.0);
  }

  /** No longer asked for its progress. */
  void forgetProgress(String predictionId) {
    rendered.remove(predictionId);
  }

  Optional<Path> find(String token) {
    return TOKEN.matcher(token).matches()
        ? Optional.of(path(token)).filter(Files::isRegularFile)
        : Optional.empty();
  }

  void delete(String token) {
    try {
      Files.deleteIfExists(path(token));
    } catch (IOException e) {
      // It is tried again when the next hour's data is removed.
    }
  }

  private static void deleteIfOlder(Path part, Instant than) throws IOException {
    try {
      if (Files.getLastModifiedTime(part).toInstant().isBefore(than)) {
        Files.deleteIfExists(part);
      }
    } catch (NoSuchFileException e) {
      // Its renderer has just finished.
    }
  }

  private Path path(String token) {
    return directory.resolve(token);
  }
}
