package com.jadariselabs.video.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** How well the word lists tell what must not be made from what only looks like it. */
class LabelledSetTest {
  private static final Path SET = Path.of("src/test/resources/moderation/labelled.txt");
  private static final double LEAST = 0.98;

  private record Labelled(String label, String text) {
    boolean innocent() {
      return label.equals("ok");
    }
  }

  @Test
  void precision_and_recall_are_at_least_98_in_a_hundred() throws IOException {
    List<Labelled> set = read();
    try (Moderation moderation = new Moderation(null, new CollectorRegistry())) {
      List<Labelled> rejected =
          set.stream()
              .filter(line -> moderation.check(line.text, line.text) instanceof Verdict.Rejected)
              .toList();
      List<Labelled> wrong = rejected.stream().filter(Labelled::innocent).toList();
      List<Labelled> missed = new ArrayList<>(set);
      missed.removeIf(Labelled::innocent);
      int guilty = missed.size();
      missed.removeAll(rejected);
      double precision = 1 - (double) wrong.size() / rejected.size();
      double recall = 1 - (double) missed.size() / guilty;
      System.out.printf(
          Locale.ROOT,
          "moderation: %d lines, %d of them innocent; precision %.4f, recall %.4f%n",
          set.size(),
          set.size() - guilty,
          precision,
          recall);
      wrong.forEach(line -> System.out.println("  rejected by mistake: " + line));
      missed.forEach(line -> System.out.println("  missed: " + line));
      assertThat(set).hasSizeGreaterThanOrEqualTo(400);
      assertThat(2 * (set.size() - guilty)).isGreaterThanOrEqualTo(set.size());
      assertThat(precision).isGreaterThanOrEqualTo(LEAST);
      assertThat(recall).isGreaterThanOrEqualTo(LEAST);
    }
  }

  private static List<Labelled> read() throws IOException {
    return Files.readAllLines(SET).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(line -> line.split(" \\| ", 2))
        .map(parts -> new Labelled(parts[0], parts[1]))
        .toList();
  }
}
