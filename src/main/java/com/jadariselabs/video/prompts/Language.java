package com.jadariselabs.video.prompts;

import com.google.common.collect.ImmutableSet;
import java.util.Locale;
import java.util.regex.Pattern;

/** What a prompt is written in, as far as words can be added in the same. */
enum Language {
  ENGLISH(
      "en",
      ImmutableSet.of(
          "the", "a", "an", "of", "in", "on", "with", "and", "at", "is", "to", "over", "under",
          "from", "by", "his", "her", "while", "through", "into"),
      ImmutableSet.of(
          "camera",
          "shot",
          "dolly",
          "pan",
          "panning",
          "zoom",
          "zooms",
          "zooming",
          "tracking",
          "handheld",
          "aerial",
          "drone",
          "closeup",
          "close",
          "timelapse",
          "pov",
          "tilt",
          "crane",
          "framing",
          "motion"),
      ImmutableSet.of(
          "light",
          "lights",
          "lighting",
          "lit",
          "sunset",
          "sunrise",
          "dusk",
          "dawn",
          "night",
          "midnight",
          "moonlight",
          "moonlit",
          "sunlight",
          "sunlit",
          "candlelight",
          "neon",
          "glow",
          "glowing",
          "shadow",
          "shadows",
          "noon",
          "backlit",
          "dark",
          "illumination")),
  FRENCH(
      "fr",
      ImmutableSet.of(
          "le", "la", "les", "l", "un", "une", "des", "du", "de", "d", "dans", "sur", "avec", "au",
          "aux", "et", "est", "qui", "sous", "en", "vers", "par", "pendant", "son", "sa", "ses"),
      ImmutableSet.of(
          "caméra",
          "plan",
          "travelling",
          "traveling",
          "panoramique",
          "zoom",
          "zoome",
          "drone",
          "aérien",
          "aérienne",
          "plongée",
          "cadrage",
          "cadre",
          "objectif",
          "accéléré",
          "ralenti"),
      ImmutableSet.of(
          "lumière",
          "lumières",
          "lumineux",
          "lumineuse",
          "éclairage",
          "éclairé",
          "éclairée",
          "crépuscule",
          "aube",
          "aurore",
          "nuit",
          "minuit",
          "midi",
          "néon",
          "néons",
          "ombre",
          "ombres",
          "lune",
          "soleil",
          "bougie",
          "bougies",
          "sombre",
          "lueur"));

  /** Small words of French that its neighbours do not have. */
  private static final ImmutableSet<String> FRENCH_ALONE =
      ImmutableSet.of(
          "le", "les", "l", "une", "des", "du", "d", "dans", "sur", "avec", "au", "aux", "et",
          "est", "qui", "sous", "vers", "par", "pendant", "son", "ses");

  /** Those of Spanish, Portuguese and Italian that it does not have: they share the others. */
  private static final ImmutableSet<String> NEIGHBOURS =
      ImmutableSet.of(
          "el", "los", "las", "y", "con", "del", "una", "por", "para", "al", "lo", "su", "sus",
          "il", "gli", "di", "che", "nel", "nella", "della", "dei", "e", "per", "sul", "sulla", "o",
          "os", "do", "da", "dos", "das", "em", "no", "na", "um", "uma", "com");

  private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{N}]+");

  private final String code;
  private final ImmutableSet<String> small;
  private final ImmutableSet<String> camera;
  private final ImmutableSet<String> light;

  Language(
      String code,
      ImmutableSet<String> small,
      ImmutableSet<String> camera,
      ImmutableSet<String> light) {
    this.code = code;
    this.small = small;
    this.camera = camera;
    this.light = light;
  }

  /** The name that the catalogue's words go by. */
  String code() {
    return code;
  }

  /** By the small words that no sentence does without; English where it cannot be told. */
  static Language of(String text) {
    boolean french = count(text, FRENCH.small) > count(text, ENGLISH.small);
    long neighbours = count(text, NEIGHBOURS);
    return french && (neighbours == 0 || count(text, FRENCH_ALONE) > neighbours) ? FRENCH : ENGLISH;
  }

  boolean speaksOfCamera(String text) {
    return count(text, camera) > 0;
  }

  boolean speaksOfLight(String text) {
    return count(text, light) > 0;
  }

  private static long count(String text, ImmutableSet<String> words) {
    long count = 0;
    for (String word : NO_WORD.split(text.toLowerCase(Locale.ROOT), -1)) {
      count += words.contains(word) ? 1 : 0;
    }
    return count;
  }
}
