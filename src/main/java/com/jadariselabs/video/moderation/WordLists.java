package com.jadariselabs.video.moderation;

import static java.util.stream.Collectors.toList;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the word lists say about a text. Immutable, thread-safe; a thousand characters take well
 * under a millisecond.
 */
final class WordLists {
  private static final int NEAR_WORDS = 6;
  private static final int LEAST_SQUEEZED = 4;
  private static final int GRAVE_POINTS = 15;

  /** By pattern: the same word may be in several lists. */
  private final List<List<Rule>> rules;

  private final Automaton automaton;

  /** Rules of one word by their squeezed form, for stretched words: {@code boooobs}. */
  private final Map<String, Rule> squeezed = new HashMap<>();

  private final List<Rule> squeezedPrefixes = new ArrayList<>();

  private record Hit(Rule rule, int start, int end) {
    boolean within(Hit other) {
      return other.start <= start && end <= other.end;
    }
  }

  /** Those that come with the service, which are the same for everybody. */
  private static final class Shipped {
    static final WordLists LISTS = new WordLists(Lists.read(null));
  }

  /**
   * The lists that come with the service, and the rules of a file.
   *
   * @param more as {@link Lists#read}; null for none
   */
  static WordLists with(@Nullable Path more) {
    return more == null ? Shipped.LISTS : new WordLists(Lists.read(more));
  }

  WordLists(List<Rule> rules) {
    Map<String, List<Rule>> byPattern =
        rules.stream().collect(Collectors.groupingBy(Rule::pattern, LinkedHashMap::new, toList()));
    this.rules = List.copyOf(byPattern.values());
    this.automaton = new Automaton(List.copyOf(byPattern.keySet()));
    for (Rule rule : rules) {
      if (rule.role() == Rule.Role.REJECTS && rule.singleWord()) {
        String key = Folding.squeezed(rule.words());
        if (key.length() >= LEAST_SQUEEZED && rule.prefix()) {
          squeezedPrefixes.add(rule);
        } else if (key.length() >= LEAST_SQUEEZED) {
          squeezed.putIfAbsent(key, rule);
        }
      }
    }
  }

  /** The gravest rule that a reading of the text breaks. */
  Optional<Rule> broken(String text) {
    return gravest(allBroken(text).stream());
  }

  /**
   * The gravest rule that a text breaks which names what is not wanted. Such a text may well name
   * nudity and blood, also beside children; what is left are words that nobody needs for it.
   */
  Optional<Rule> brokenByExclusions(String text) {
    return gravest(
        allBroken(text).stream()
            .filter(rule -> rule.role() == Rule.Role.REJECTS)
            .filter(rule -> rule.category().points() >= GRAVE_POINTS));
  }

  private static Optional<Rule> gravest(Stream<Rule> broken) {
    return broken.max(Comparator.comparingInt(rule -> rule.category().points()));
  }

  private List<Rule> allBroken(String text) {
    Set<String> readings = Folding.readings(text);
    List<Rule> broken = new ArrayList<>();
    for (String reading : readings) {
      gather(reading, broken);
      String calm = calmed(reading, broken);
      if (!calm.equals(reading)) {
        gather(calm, broken);
      }
    }
    return broken;
  }

  private void gather(String reading, List<Rule> broken) {
    List<Hit> hits = new ArrayList<>();
    automaton.search(
        reading,
        (pattern, start, end) ->
            rules.get(pattern).forEach(rule -> hits.add(new Hit(rule, start, end))));
    List<Hit> allowed = hits.stream().filter(hit -> hit.rule.role() == Rule.Role.ALLOWS).toList();
    List<Hit> counting =
        hits.stream()
            .filter(hit -> hit.rule.role() != Rule.Role.ALLOWS)
            .filter(hit -> allowed.stream().noneMatch(hit::within))
            .toList();
    for (Hit hit : counting) {
      if (hit.rule.role() == Rule.Role.REJECTS
          || (hit.rule.role() == Rule.Role.UNDRESSED && besideYoung(reading, hit, counting))) {
        broken.add(hit.rule);
      }
    }
  }

  private static boolean besideYoung(String reading, Hit undressed, List<Hit> hits) {
    return hits.stream()
        .filter(hit -> hit.rule.role() == Rule.Role.YOUNG)
        .anyMatch(young -> wordsBetween(reading, undressed, young) <= NEAR_WORDS);
  }

  private static long wordsBetween(String reading, Hit one, Hit other) {
    int from = Math.min(one.end, other.end);
    int to = Math.max(one.start, other.start);
    return from >= to ? 0 : reading.substring(from, to).chars().filter(c -> c == ' ').count();
  }

  /**
   * The reading with stretched words squeezed; those that are a rule's word squeezed count at once.
   */
  private String calmed(String reading, List<Rule> broken) {
    if (!Folding.stretched(reading)) {
      return reading;
    }
    StringBuilder calm = new StringBuilder(" ");
    for (String word : reading.strip().split(" ")) {
      String plain = word;
      if (Folding.stretched(word)) {
        plain = Folding.squeezed(word);
        Rule rule = squeezedRule(plain);
        if (rule != null) {
          broken.add(rule);
        }
      }
      calm.append(plain).append(' ');
    }
    return calm.toString();
  }

  private @Nullable Rule squeezedRule(String word) {
    Rule exact = squeezed.get(word);
    if (exact != null) {
      return exact;
    }
    return squeezedPrefixes.stream()
        .filter(rule -> word.startsWith(Folding.squeezed(rule.words())))
        .findFirst()
        .orElse(null);
  }
}
