package com.jadariselabs.video.sandbox;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All predictions, in memory and each in a small file, so that a killed sandbox goes on where it
 * was. A disk that fails costs that, and nothing more. Thread-safe.
 */
final class Predictions {
  private static final Logger LOG = LoggerFactory.getLogger(Predictions.class);
  private static final Comparator<Prediction> NEWEST_FIRST =
      Comparator.comparing(Prediction::createdAt).thenComparing(Prediction::id).reversed();

  private final Path directory;
  private final ObjectMapper json = new ObjectMapper().registerModule(new JavaTimeModule());
  private final ConcurrentHashMap<String, Prediction> byId = new ConcurrentHashMap<>();

  Predictions(Path directory) throws IOException {
    this.directory = directory;
    Files.createDirectories(directory);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        load(file);
      }
    }
  }

  void add(Prediction prediction) {
    byId.put(prediction.id(), prediction);
    write(prediction);
  }

  Optional<Prediction> find(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** What it is now, where the change changed anything; empty where not, or where it is unknown. */
  Optional<Prediction> change(String id, UnaryOperator<Prediction> change) {
    boolean[] changed = {false};
    Prediction now =
        byId.computeIfPresent(
            id,
            (key, before) -> {
              Prediction after = change.apply(before);
              changed[0] = !after.equals(before);
              if (changed[0]) {
                // Within: the files of one prediction are written in the order of its states.
                write(after);
              }
              return after;
            });
    return changed[0] ? Optional.ofNullable(now) : Optional.empty();
  }

  List<Prediction> newestFirst() {
    return byId.values().stream().sorted(NEWEST_FIRST).toList();
  }

  long unfinished() {
    return byId.values().stream().filter(p -> !p.status().isTerminal()).count();
  }

  void remove(String id) {
    byId.computeIfPresent(
        id,
        (key, prediction) -> {
          try {
            Files.deleteIfExists(file(id));
          } catch (IOException e) {
            LOG.warn("a prediction's file stays behind: {}", e.toString());
          }
          return null;
        });
  }

  private void load(Path file) throws IOException {
    if (!file.toString().endsWith(".json")) {
      Files.deleteIfExists(file);
      return;
    }
    try {
      Prediction prediction = json.readValue(file.toFile(), Prediction.class);
      byId.put(prediction.id(), prediction);
    } catch (IOException e) {
      LOG.warn("a prediction's file cannot be read and is dropped: {}", e.getClass().getName());
      Files.deleteIfExists(file);
    }
  }

  private void write(Prediction prediction) {
    try {
      Path part = directory.resolve(prediction.id() + ".part");
      json.writeValue(part.toFile(), prediction);
      Files.move(part, file(prediction.id()), ATOMIC_MOVE);
    } catch (IOException e) {
      LOG.warn("a prediction is kept in memory alone: {}", e.toString());
    }
  }

  private Path file(String id) {
    return directory.resolve(id + ".json");
  }
}
