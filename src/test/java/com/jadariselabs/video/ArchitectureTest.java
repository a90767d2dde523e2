package com.jadariselabs.video;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The table of rooms: what each may use, and nothing besides. */
class ArchitectureTest {
  private static final String ROOT = "com.jadariselabs.video";

  /** A room that is not a key here fails {@link #every_room_is_in_the_table}. */
  private static final Map<String, List<String>> MAY_USE =
      Map.ofEntries(
          Map.entry(
              "api",
              List.of(
                  "generation",
                  "credits",
                  "audit",
                  "moderation",
                  "outgoing",
                  "webhook",
                  "catalog",
                  "auth",
                  "ratelimit",
                  "queue",
                  "storage",
                  "retention")),
          Map.entry("retention", List.of("storage")),
          Map.entry("socket", List.of("events", "generation", "auth")),
          Map.entry(
              "pipeline",
              List.of(
                  "generation", "replicate", "storage", "media", "moderation", "queue", "catalog")),
          Map.entry(
              "generation",
              List.of("credits", "catalog", "ratelimit", "moderation", "queue", "events", "cache")),
          Map.entry("audit", List.of()),
          Map.entry("credits", List.of()),
          Map.entry("catalog", List.of()),
          Map.entry("moderation", List.of()),
          Map.entry("ratelimit", List.of("redis")),
          Map.entry("auth", List.of()),
          Map.entry("redis", List.of()),
          Map.entry("database", List.of()),
          Map.entry("queue", List.of("redis")),
          Map.entry("outgoing", List.of()),
          Map.entry("prompts", List.of("catalog", "moderation", "cache", "outgoing")),
          Map.entry("image", List.of("outgoing", "storage")),
          Map.entry("webhook", List.of("outgoing")),
          Map.entry("replicate", List.of("outgoing")),
          Map.entry("storage", List.of()),
          Map.entry("media", List.of()),
          Map.entry("events", List.of("redis")),
          Map.entry("cache", List.of("redis")),
          Map.entry("monitoring", List.of()),
          Map.entry("embedded", List.of()),
          Map.entry("sandbox", List.of("media")),
          Map.entry("command", List.of("auth")));

  private static JavaClasses classes;

  @BeforeAll
  static void read() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);
  }

  @TestFactory
  Stream<DynamicTest> a_room_uses_only_the_rooms_that_the_table_allows() {
    return MAY_USE.keySet().stream()
        .sorted()
        .map(
            room ->
                DynamicTest.dynamicTest(
                    room,
                    () ->
                        noClasses()
                            .that()
                            .resideInAPackage(packages(room))
                            .should()
                            .dependOnClassesThat(otherRooms(room))
                            .allowEmptyShould(true)
                            .check(classes)));
  }

  @Test
  void every_room_is_in_the_table() {
    noClasses()
        .should()
        .resideInAPackage(ROOT + ".(*)..")
        .andShould(com.tngtech.archunit.lang.conditions.ArchConditions.not(inTable()))
        .check(classes);
  }

  @Test
  void rooms_form_no_cycle() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(classes);
  }

  @Test
  void redis_clients_are_seen_only_where_redis_is_spoken() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            ROOT,
            packages("redis"),
            packages("queue"),
            packages("events"),
            packages("cache"),
            packages("ratelimit"))
        .should()
        .dependOnClassesThat(resideInAnyPackage("redis.clients..", "net.greghaines.."))
        .check(classes);
  }

  @Test
  void jdbi_is_seen_only_in_stores_and_the_services_that_open_transactions() {
    noClasses()
        .that()
        .resideInAnyPackage(
            packages("api"), packages("socket"), packages("pipeline"), packages("queue"))
        .should()
        .dependOnClassesThat(resideInAPackage("org.jdbi.."))
        .check(classes);
  }

  private static com.tngtech.archunit.lang.ArchCondition<JavaClass> inTable() {
    return com.tngtech.archunit.lang.conditions.ArchConditions.resideInAnyPackage(
        MAY_USE.keySet().stream().map(ArchitectureTest::packages).toArray(String[]::new));
  }

  private static DescribedPredicate<JavaClass> otherRooms(String room) {
    List<String> forbidden = new ArrayList<>(MAY_USE.keySet());
    forbidden.remove(room);
    forbidden.removeAll(MAY_USE.getOrDefault(room, List.of()));
    return resideInAnyPackage(
            forbidden.stream().map(ArchitectureTest::packages).toArray(String[]::new))
        .as("rooms that %s may not use", room);
  }

  private static String packages(String room) {
    return ROOT + "." + room + "..";
  }
}
