package com.jadariselabs.video.prompts;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.catalog.Catalog;
import com.jadariselabs.video.catalog.Model;
import com.jadariselabs.video.catalog.Quality;
import com.jadariselabs.video.testing.Catalogs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromptRulesTest {
  private final Catalog catalog = Catalogs.shipped();
  private final PromptRules enhancer = new PromptRules(catalog);
  private final Model wan2 = catalog.model("wan2").orElseThrow();

  @Test
  void style_camera_light_and_quality_are_added_after_the_prompt() {
    assertThat(enhancer.enhance("A lion walking", "cinematic", Quality.HIGH, wan2))
        .isEqualTo(
            "A lion walking, cinematic film look, anamorphic lens, shallow depth of field, subtle"
                + " film grain, smooth camera movement, balanced natural light, highly detailed,"
                + " sharp focus, fluid motion");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A lion",
        "  two  blanks, kept",
        "Tom & Jerry <3",
        "Un lion majestueux dans la savane.",
        "一只狮子在草原上行走。",
        "end with a smile 😀",
        "$1 \\0 %s {x}",
        "A lion,"
      })
  void the_users_words_come_first_unchanged(String prompt) {
    for (String style : catalog.styles()) {
      assertThat(enhancer.enhance(prompt, style, Quality.ULTRA, wan2))
          .startsWith(prompt)
          .hasSizeGreaterThan(prompt.length());
    }
  }

  @Test
  void a_prompt_in_french_is_given_french_words_and_its_own_camera_and_light_are_heard() {
    assertThat(enhancer.enhance("Un lion dans la savane", "noir", Quality.DRAFT, wan2))
        .isEqualTo(
            "Un lion dans la savane, film noir, noir et blanc, éclairage en clair-obscur, ombres"
                + " profondes, mouvement de caméra fluide, composition simple");
    assertThat(enhancer.enhance("Gros plan sur un lion, la nuit", null, Quality.DRAFT, wan2))
        .isEqualTo("Gros plan sur un lion, la nuit, composition simple");
  }

  @Test
  void nothing_is_added_that_is_said_already() {
    String prompt = "A lion, Anamorphic Lens, highly detailed";
    assertThat(enhancer.enhance(prompt, "cinematic", Quality.HIGH, wan2))
        .doesNotContain("anamorphic lens")
        .containsOnlyOnce("highly detailed")
        .contains("cinematic film look");
  }

  @Test
  void enhancing_twice_adds_nothing_more() {
    String once = enhancer.enhance("A lion", "noir", Quality.HIGH, wan2);
    assertThat(enhancer.enhance(once, "noir", Quality.HIGH, wan2)).isEqualTo(once);
  }

  @Test
  void the_users_own_camera_and_light_are_not_contradicted() {
    assertThat(enhancer.enhance("Drone shot of a lion at midnight", null, Quality.DRAFT, wan2))
        .isEqualTo("Drone shot of a lion at midnight, simple composition");
    assertThat(enhancer.enhance("A lion", "noir", Quality.DRAFT, wan2))
        .doesNotContain("balanced natural light");
  }

  @Test
  void the_provider_s_limit_is_kept_without_cutting_a_phrase() {
    Model gen2 = catalog.model("gen2").orElseThrow();
    String prompt = "é".repeat(984);
    String enhanced = enhancer.enhance(prompt, null, Quality.STANDARD, gen2);
    assertThat(enhanced).isEqualTo(prompt + ", steady framing");
    assertThat(enhanced.codePointCount(0, enhanced.length())).isLessThanOrEqualTo(1000);
  }

  @Test
  void a_prompt_as_long_as_the_limit_stays_as_it_is() {
    Model gen2 = catalog.model("gen2").orElseThrow();
    String prompt = "x".repeat(1000);
    assertThat(enhancer.enhance(prompt, "anime", Quality.ULTRA, gen2)).isEqualTo(prompt);
  }
}
