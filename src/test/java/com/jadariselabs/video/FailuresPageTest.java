package com.jadariselabs.video;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the page on failures names is there: each test, and each file. */
class FailuresPageTest {
  private static final Path PAGE = Path.of("src/site/markdown/failures.md");
  private static final Pattern NAMED = Pattern.compile("`(\\w+(?:Test|IT))\\.(\\w+)`");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)\\)");

  @Test
  void every_test_that_it_names_exists() throws IOException {
    TreeSet<String> missing = new TreeSet<>();
    Matcher named = NAMED.matcher(Files.readString(PAGE));
    int count = 0;
    for (; named.find(); count++) {
      if (!source(named.group(1)).contains("void " + named.group(2) + "(")) {
        missing.add(named.group());
      }
    }
    assertThat(count).isGreaterThan(40);
    assertThat(missing).isEmpty();
  }

  @Test
  void every_file_that_it_links_to_exists() throws IOException {
    Matcher link = LINK.matcher(Files.readString(PAGE));
    while (link.find()) {
      assertThat(PAGE.resolveSibling(link.group(1))).exists();
    }
  }

  @Test
  void each_line_says_what_prevents_it_and_what_shows_it() throws IOException {
    List<String> lines =
        Files.readAllLines(PAGE).stream()
            .filter(line -> line.startsWith("| ") && !line.startsWith("| ---"))
            .filter(line -> !line.startsWith("| what could happen"))
            .toList();
    assertThat(lines).hasSizeGreaterThan(20).allMatch(line -> NAMED.matcher(line).find());
  }

  private static String source(String test) throws IOException {
    try (Stream<Path> all = Files.walk(Path.of("src/test/java"))) {
      Path found =
          all.filter(path -> path.getFileName().toString().equals(test + ".java"))
              .findFirst()
              .orElseThrow(() -> new AssertionError("there is no " + test));
      return Files.readString(found).replaceAll("void\\s+", "void ");
    }
  }
}
