package com.jadariselabs.video.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.jadariselabs.video.testing.Catalogs;
import io.dropwizard.jersey.validation.Validators;
import jakarta.validation.ConstraintViolation;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mistakes in a catalogue, and the sentence that each gets. */
class CatalogSettingsTest {
  private static final String GOOD =
      """
      styles: {noir: black and white}
      qualities: {high: sharp}
      models:
        - id: wan2
          creditsPerSecond: 1
          maxDuration: 8
          avgSecondsPerSecond: 30
          aspectRatios: ["16:9"]
          provider:
            model: wan-video/wan
            input: {prompt: prompt, duration: duration}
            duration: {range: [2, 8]}
            quality: {high: {resolution: 1080p}}
            constants: {expand: false}
      """;

  @Test
  void a_correct_catalogue_has_nothing_to_report() {
    assertThat(CatalogRules.problems(Catalogs.settings(GOOD))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "creditsPerSecond: 1 | creditsPerSecond: 0 | needs creditsPerSecond above 0",
        "maxDuration: 8 | maxDuration: 61 | needs a maxDuration of 1 to 60 seconds",
        "maxDuration: 8 | maxDuration: 9 | offers 9 seconds, but its provider's model renders 2 to 8 seconds",
        "avgSecondsPerSecond: 30 | avgSecondsPerSecond: 0 | needs avgSecondsPerSecond of at least 1",
        "[\"16:9\"] | [wide] | has the aspect ratio 'wide'",
        "avgSecondsPerSecond: 30 | {avgSecondsPerSecond: 30, promptLimit: 10} | promptLimit of at least 1000",
        "model: wan-video/wan | model: wan | needs a provider model like owner/name",
        "model: wan-video/wan | {model: a/b, version: latest} | version that is not 64 hexadecimal digits",
        "prompt: prompt, | '' | does not map the prompt",
        "duration: duration | length: duration | unknown field 'length' in input",
        "{range: [2, 8]} | {range: [8, 2]} | needs a duration",
        "{range: [2, 8]} | {range: [2, 8], fixed: 8} | needs a duration",
        "{range: [2, 8]} | {fixed: 8} | exactly when it is not fixed",
        "quality: {high: | quality: {best: | unknown quality 'best'",
        "prompt: prompt, | prompt: prompt, seed: duration, | maps two fields to the input 'duration'",
        "duration: duration} | duration: prompt} | maps two fields to the input 'prompt'",
        "{expand: false} | {prompt: x} | sets 'prompt' both as a constant and from a field",
        "id: wan2 | id: Wan Two | has no usable id",
        "id: wan2 | {id: wan2, replacedBy: wan9} | replaced by 'wan9', which is no model on offer",
      })
  void a_mistake_is_one_sentence_that_names_the_entry(String right, String wrong, String sentence) {
    assertThat(GOOD).contains(right);
    String yaml = GOOD.replace(right, lines(right, wrong));
    assertThat(CatalogRules.problems(Catalogs.settings(yaml)))
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .startsWith("Catalogue model '")
                    .contains(sentence)
                    .endsWith("."));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "values: {seed: {a: b}} | translates 'seed', which it does not map",
        "qualityLimits: {ultra: 6} | limits the quality 'ultra', which needs settings",
        "qualityLimits: {high: 0} | limits the quality 'high', which needs settings",
        "qualityLimits: {high: 1} | limits the quality 'high' to 1 seconds",
        "qualityLimits: {best: 6} | unknown quality 'best'",
      })
  void what_a_provider_says_of_what_it_does_not_have_is_a_mistake(String more, String sentence) {
    assertThat(CatalogRules.problems(Catalogs.settings(GOOD + "      " + more + "\n")))
        .anySatisfy(problem -> assertThat(problem).contains("'wan2'").contains(sentence));
  }

  @Test
  void an_id_used_twice_is_refused() {
    String twice = GOOD + GOOD.substring(GOOD.indexOf("  - id"));
    assertThatThrownBy(() -> new Catalog(Catalogs.settings(twice)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Catalogue model 'wan2' is there twice.");
  }

  @Test
  void a_misspelt_key_is_refused() {
    assertThatThrownBy(() -> Catalogs.settings(GOOD.replace("maxDuration", "maxDurations")))
        .hasMessageContaining("maxDurations");
  }

  @Test
  void the_configuration_check_reports_the_same_sentence() {
    CatalogSettings wrong = Catalogs.settings(GOOD.replace("creditsPerSecond: 1", ""));
    Set<ConstraintViolation<CatalogSettings>> violations =
        Validators.newValidator().validate(wrong);
    assertThat(violations)
        .extracting(ConstraintViolation::getMessage)
        .containsExactly("Catalogue model 'wan2' needs creditsPerSecond above 0.");
  }

  @Test
  void an_empty_catalogue_is_refused() {
    assertThat(CatalogRules.problems(Catalogs.settings("models: []")))
        .containsExactly("The catalogue has no models.");
  }

  /** {@code {a: 1, b: 2}} stands for two lines with the indentation of the first. */
  private static String lines(String right, String wrong) {
    if (!right.contains(": ") || right.startsWith("{") || !wrong.startsWith("{")) {
      return wrong;
    }
    int at = GOOD.indexOf(right);
    int indent = at - GOOD.lastIndexOf('\n', at) - 1;
    return wrong.substring(1, wrong.length() - 1).replace(", ", "\n" + " ".repeat(indent));
  }
}
