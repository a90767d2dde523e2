package com.jadariselabs.video.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jdbi.v3.core.Jdbi;

/** What must be true after whatever happened, of the money, the provider and the files. */
public final class Audit {
  private Audit() {}

  /** The ledger is sound, every accepted generation is there and has ended. */
  public static void assertNothingLost(Jdbi jdbi, Collection<String> accepted) {
    assertThat(rows(jdbi, "SELECT id FROM generations")).containsAll(accepted);
    Ledgers.assertAllEnded(jdbi);
    Ledgers.assertSound(jdbi);
  }

  /**
   * At most one prediction for each attempt on record, each known, none running on, and none but
   * those of attempts that failed or were stopped did work that was paid and not used.
   */
  public static void assertNothingPaidTwice(Jdbi jdbi, FakeProvider provider) {
    Map<String, Integer> byInput = new HashMap<>();
    provider.made().forEach(p -> byInput.merge(p.input().toString(), 1, Integer::sum));
    byInput.values().removeIf(times -> times == 1);
    assertThat(byInput).as("inputs for which several predictions were made").isEmpty();
    List<String> known =
        rows(jdbi, "SELECT prediction_id FROM attempts WHERE prediction_id IS NOT NULL");
    assertThat(known).doesNotHaveDuplicates();
    int attempts = rows(jdbi, "SELECT generation_id FROM attempts").size();
    assertThat(provider.made()).as("predictions").hasSizeLessThanOrEqualTo(attempts);
    assertThat(provider.made().stream().filter(FakePrediction::running).map(FakePrediction::id))
        .as("predictions that run on")
        .isEmpty();
    long used =
        rows(jdbi, "SELECT id FROM generations WHERE status = 'completed'").stream().count();
    long succeeded = provider.made().stream().filter(p -> p.status().equals("succeeded")).count();
    long failedAttempts =
        rows(
                jdbi,
                """
                SELECT a.generation_id FROM attempts a JOIN generations g ON g.id = a.generation_id
                 WHERE a.error_code IS NOT NULL OR g.status <> 'completed'""")
            .size();
    assertThat(succeeded).as("predictions paid").isLessThanOrEqualTo(used + failedAttempts);
  }

  /** Every completed generation's files are whole, and there are no others. */
  public static void assertFilesWhole(Jdbi jdbi, Path dataDirectory, long videoBytes) {
    assertFilesWhole(jdbi, dataDirectory, videoBytes, 0);
  }

  /**
   * Every completed generation's files are whole, and days later there are no others.
   *
   * @param leftBehind how many others there may be at first: a process that was killed between
   *     storing and writing down leaves a few, which the search for lost files must remove
   */
  public static void assertFilesWhole(
      Jdbi jdbi, Path dataDirectory, long videoBytes, int leftBehind) {
    Path media = dataDirectory.resolve("media");
    assertThat(files(media).stream().filter(file -> isVideo(file) && size(file) != videoBytes))
        .as("files that are not whole")
        .isEmpty();
    assertThat(nobodys(jdbi, media))
        .as("files that belong to nobody")
        .hasSizeLessThanOrEqualTo(leftBehind);
    if (leftBehind > 0) {
      daysPass(jdbi, media);
      Awaitility.await("the search for lost files")
          .atMost(Duration.ofSeconds(30))
          .until(() -> nobodys(jdbi, media).isEmpty());
    }
  }

  private static Set<String> nobodys(Jdbi jdbi, Path media) {
    List<String> keys =
        rows(
            jdbi,
            """
            SELECT video_key FROM generations WHERE video_key IS NOT NULL
            UNION SELECT poster_key FROM generations WHERE poster_key IS NOT NULL""");
    Set<String> wanted =
        keys.stream().map(Audit::tail).collect(Collectors.toCollection(TreeSet::new));
    Set<String> found =
        files(media).stream()
            .map(file -> tail(file.toString()))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(found).as("stored files").containsAll(wanted);
    found.removeAll(wanted);
    return found;
  }

  /** As far as files and the daily search are concerned; instances must be running. */
  private static void daysPass(Jdbi jdbi, Path media) {
    FileTime before = FileTime.from(Instant.now().minus(Duration.ofDays(3)));
    for (Path file : files(media)) {
      try {
        Files.setLastModifiedTime(file, before);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    jdbi.useHandle(
        handle -> {
          handle.execute(
              "UPDATE generations SET completed_at = completed_at - interval '3 days',"
                  + " created_at = created_at - interval '3 days'");
          handle.execute("UPDATE chores SET done_at = done_at - interval '3 days'");
        });
  }

  private static boolean isVideo(Path file) {
    return file.toString().endsWith(".mp4");
  }

  /** Each of these generations was told exactly one end, and told nothing after it. */
  public static void assertOneEndEach(Observer observer, Collection<String> generations) {
    for (String id : generations) {
      List<Observer.Heard> heard =
          observer.heard().stream().filter(each -> each.generationId().equals(id)).toList();
      assertThat(heard.stream().filter(Observer.Heard::terminal)).as(id).hasSize(1);
      assertThat(heard.get(heard.size() - 1).terminal()).as(id).isTrue();
    }
  }

  private static List<Path> files(Path directory) {
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Generation, fence and name: what storage and rows call a file alike. */
  private static String tail(String path) {
    List<String> parts = List.of(path.split("[/\\\\]"));
    return String.join("/", parts.subList(Math.max(0, parts.size() - 3), parts.size()));
  }

  private static List<String> rows(Jdbi jdbi, String sql) {
    return jdbi.withHandle(handle -> handle.createQuery(sql).mapTo(String.class).list());
  }
}
