package com.jadariselabs.video.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.module.ModuleDescriptor.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/**
 * The bill of materials (CycloneDX) that is built with the jar, held against the weaknesses that
 * are written down here. It asks nobody: what became known since is for a scanner that reads the
 * bill.
 */
class SbomIT {
  private static final Path BILL = Path.of("target/sbom.json");
  private static final Path ADVISORIES = Path.of("src/test/resources/advisories.csv");

  /** Parts of JDBI's and Nimbus' own jars. */
  private static final Set<String> WITHIN_OTHERS =
      Set.of(
          "org.antlr:antlr4-runtime",
          "com.github.stephenc.jcip:jcip-annotations",
          "com.google.code.gson:gson");

  private static final Pattern VENDORED = Pattern.compile("studio/vendor/[^/]+/");

  private record Advisory(String artifact, Version fixed, String name) {}

  @Test
  void nothing_with_a_weakness_that_is_written_down_is_shipped() throws IOException {
    List<String> weak = new ArrayList<>();
    int looked = 0;
    for (Advisory advisory : advisories()) {
      for (JsonNode component : components()) {
        if (name(component).equals(advisory.artifact())) {
          looked++;
          Version shipped = Version.parse(component.path("version").asText());
          if (shipped.compareTo(advisory.fixed()) < 0) {
            weak.add(advisory.name() + ": " + name(component) + " " + shipped);
          }
        }
      }
    }
    assertThat(looked).as("components that the advisories are about").isGreaterThan(12);
    assertThat(weak).isEmpty();
  }

  @Test
  void it_names_every_component_with_its_version_and_its_address() throws IOException {
    assertThat(components()).hasSizeGreaterThan(100);
    assertThat(components())
        .allSatisfy(
            component -> {
              assertThat(component.path("version").asText()).as(name(component)).isNotEmpty();
              assertThat(component.path("purl").asText()).startsWith("pkg:maven/");
              assertThat(component.path("hashes")).as(name(component)).isNotEmpty();
            });
  }

  @Test
  void what_the_jar_holds_of_others_stands_in_it() throws IOException {
    List<String> artifacts = components().stream().map(SbomIT::name).toList();
    try (JarFile jar = new JarFile(System.getProperty("app.jar"))) {
      List<String> held =
          jar.stream()
              .map(entry -> entry.getName())
              .filter(entry -> entry.matches("META-INF/maven/[^/]+/[^/]+/pom.properties"))
              .map(entry -> entry.split("/")[2] + ":" + entry.split("/")[3])
              .filter(artifact -> !artifact.startsWith("com.jadariselabs"))
              .toList();
      assertThat(held).hasSizeGreaterThan(50);
      assertThat(held).allMatch(each -> artifacts.contains(each) || WITHIN_OTHERS.contains(each));
      assertThat(jar.stream().map(ZipEntry::getName).filter(VENDORED.asMatchPredicate()))
          .as("libraries of the pages")
          .extracting(entry -> entry.split("/")[2])
          .isNotEmpty()
          .allMatch(library -> artifacts.stream().anyMatch(each -> each.endsWith(":" + library)));
    }
  }

  private static List<JsonNode> components() throws IOException {
    assumeTrue(Files.exists(BILL), "Maven makes no bill of materials when it is offline");
    List<JsonNode> components = new ArrayList<>();
    new ObjectMapper().readTree(Files.readString(BILL)).path("components").forEach(components::add);
    return components;
  }

  private static String name(JsonNode component) {
    return component.path("group").asText() + ":" + component.path("name").asText();
  }

  private static List<Advisory> advisories() throws IOException {
    return Files.readAllLines(ADVISORIES).stream()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split(","))
        .map(parts -> new Advisory(parts[0], Version.parse(parts[1]), parts[2]))
        .toList();
  }
}
