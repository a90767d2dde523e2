package com.jadariselabs.video.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.testing.Catalogs;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the shipped catalogue offers, costs and asks of the provider. */
class CatalogTest {
  private final Catalog catalog = Catalogs.shipped();

  @ParameterizedTest
  @CsvSource({
    "wan2, 5, HIGH, 8",
    "wan2, 1, DRAFT, 1",
    "wan2, 5, DRAFT, 3",
    "wan2, 15, ULTRA, 30",
    "gen2, 10, STANDARD, 20",
    "gen2, 5, HIGH, 15",
    "sora, 30, ULTRA, 180",
    "sora, 1, DRAFT, 2"
  })
  void credits_are_duration_times_price_times_quality_rounded_up(
      String model, int duration, Quality quality, int credits) {
    assertThat(catalog.credits(model(model), duration, quality)).isEqualTo(credits);
  }

  @Test
  void a_price_in_tenths_is_reckoned_exactly_and_is_at_least_one_credit() {
    Catalog cheap = new Catalog(Catalogs.settings(SMALL.replace("PRICE", "0.1")));
    Model model = cheap.model("m").orElseThrow();
    assertThat(cheap.credits(model, 30, Quality.STANDARD)).isEqualTo(3);
    assertThat(cheap.credits(model, 1, Quality.DRAFT)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"wan2, 15, 30, 150", "gen2, 10, 45, 225", "sora, 30, 60, 300"})
  void each_model_has_the_limits_and_times_that_clients_rely_on(
      String id, int maxDuration, int average, int estimateOfFive) {
    Model model = model(id);
    assertThat(model.maxDuration()).isEqualTo(maxDuration);
    assertThat(model.avgSecondsPerSecond()).isEqualTo(average);
    assertThat(catalog.estimatedSeconds(model, 5)).isEqualTo(estimateOfFive);
    assertThat(model.aspectRatios()).containsExactly("16:9", "9:16", "1:1");
  }

  @Test
  void models_and_styles_are_listed_in_the_order_of_the_configuration() {
    assertThat(catalog.models()).extracting(Model::id).startsWith("wan2", "gen2", "sora");
    assertThat(catalog.styles()).hasSizeGreaterThanOrEqualTo(12).startsWith("cinematic");
    assertThat(catalog.model("nope")).isEmpty();
  }

  @Test
  void what_the_model_can_take_as_asked_carries_no_warning() {
    ProviderInput input = catalog.input(model("wan2"), order(5, Quality.HIGH, "blurry", 7, null));
    assertThat(input.providerModel()).isEqualTo("wan-video/wan-2.7-t2v");
    assertThat(input.input())
        .containsEntry("prompt", "a lion")
        .containsEntry("duration", 5)
        .containsEntry("aspect_ratio", "16:9")
        .containsEntry("resolution", "1080p")
        .containsEntry("negative_prompt", "blurry")
        .containsEntry("seed", 7)
        .hasSize(6);
    assertThat(input.warnings()).isEmpty();
  }

  @Test
  void a_duration_between_two_choices_is_moved_up_and_said() {
    ProviderInput input = catalog.input(model("gen2"), order(7, Quality.STANDARD, null, 7, null));
    assertThat(input.input()).containsEntry("duration", 10);
    assertThat(input.providerDuration()).isEqualTo(10);
    assertThat(input.warnings())
        .contains("Gen-2 renders 5 or 10 seconds: the duration was moved from 7 to 10 seconds.");
  }

  @Test
  void what_the_model_cannot_take_is_left_out_and_said() {
    ProviderInput gen2 =
        catalog.input(model("gen2"), order(5, Quality.ULTRA, "blurry", null, "https://x/y.png"));
    assertThat(gen2.input()).containsEntry("image", "https://x/y.png").doesNotContainKey("seed");
    assertThat(gen2.input()).doesNotContainKey("negative_prompt");
    assertThat(gen2.warnings())
        .containsExactly(
            "Gen-2 is not hosted by the provider: runwayml/gen-4.5 stands in for it.",
            "Gen-2 has no setting for the quality 'ultra': it is left to the words of the prompt.",
            "Gen-2 takes no negative prompt: the one given was ignored.");
    ProviderInput wan2 =
        catalog.input(model("wan2"), order(5, Quality.HIGH, null, null, "https://x/y.png"));
    assertThat(wan2.warnings())
        .containsExactly("Wan 2 takes no start image: the one given was ignored.");
  }

  @Test
  void an_aspect_ratio_without_an_input_of_its_own_is_said_in_the_prompt() {
    ProviderInput input = catalog.input(model("sora"), order(30, Quality.STANDARD, null, 1, null));
    assertThat(input.input())
        .containsEntry("prompt", "a lion, wide 16:9 frame")
        .doesNotContainKey("aspect_ratio");
    assertThat(input.warnings())
        .anySatisfy(w -> assertThat(w).contains("alibaba/wan-3-prime stands in"))
        .anySatisfy(w -> assertThat(w).contains("16:9 is only asked for in the prompt"));
  }

  @Test
  void a_start_image_is_taken_only_where_the_mapping_names_its_input() {
    assertThat(model("gen2").takesImage()).isTrue();
    assertThat(model("wan2").takesImage()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"1, 81, 5", "5, 81, 5", "6, 96, 6", "7, 112, 7"})
  void seconds_become_frames_within_their_bounds(int asked, int frames, int seconds) {
    ProviderInput input = small("duration: {frames: {fps: 16, min: 81, max: 121}}", asked);
    assertThat(input.input()).containsEntry("length", frames);
    assertThat(input.providerDuration()).isEqualTo(seconds);
    assertThat(input.warnings()).hasSize(asked == seconds ? 0 : 1);
  }

  @Test
  void frames_that_come_in_steps_are_rounded_up() {
    String rule = "duration: {frames: {fps: 24, min: 97, max: 257, step: 32}}";
    assertThat(small(rule, 5).input()).containsEntry("length", 129);
    assertThat(small(rule, 8).input()).containsEntry("length", 193);
  }

  @Test
  void a_fixed_duration_is_not_sent_and_a_shorter_wish_is_warned_of() {
    String yaml = SMALL.replace("PRICE", "1").replace(", duration: length", "");
    Catalog fixed = new Catalog(Catalogs.settings(yaml.replace(RULE, "duration: {fixed: 8}")));
    ProviderInput input =
        fixed.input(fixed.model("m").orElseThrow(), order(3, Quality.STANDARD, null, null, null));
    assertThat(input.input()).doesNotContainKeys("duration", "length");
    assertThat(input.providerDuration()).isEqualTo(8);
    assertThat(input.warnings())
        .containsExactly("M renders 8 seconds: the duration was moved from 3 to 8 seconds.");
  }

  @Test
  void values_are_translated_and_constants_always_sent() {
    ProviderInput input = small(RULE, 4);
    assertThat(input.input()).containsEntry("size", "1280*720").containsEntry("expand", false);
    assertThat(input.version()).isEqualTo("0123456789abcdef".repeat(4));
  }

  @Test
  void a_retired_model_is_rendered_by_its_replacement_at_its_own_price_and_not_listed() {
    Catalog both = new Catalog(Catalogs.settings(SMALL.replace("PRICE", "1") + RETIRED));
    Model old = both.model("old").orElseThrow();
    ProviderInput input = both.input(old, order(20, Quality.STANDARD, null, null, null));
    assertThat(both.models()).extracting(Model::id).containsExactly("m");
    assertThat(both.credits(old, 20, Quality.STANDARD)).isEqualTo(100);
    assertThat(input.providerModel()).isEqualTo("someone/something");
    assertThat(input.warnings())
        .containsExactly(
            "Old is retired: M takes its place.",
            "M renders 2 to 8 seconds: the duration was moved from 20 to 8 seconds.");
  }

  @Test
  void the_video_is_the_only_output_or_the_first_of_a_declared_array() {
    URI first = URI.create("https://a/1.mp4");
    URI second = URI.create("https://a/2.mp4");
    assertThat(catalog.video(model("wan2"), List.of(first))).contains(first);
    assertThat(catalog.video(model("wan2"), List.of(first, second))).isEmpty();
    assertThat(catalog.video(model("wan2"), List.of())).isEmpty();
    Catalog array = new Catalog(Catalogs.settings(SMALL.replace("PRICE", "1")));
    assertThat(array.video(array.model("m").orElseThrow(), List.of(first, second))).contains(first);
  }

  @Test
  void an_order_never_shows_its_prompt_when_printed() {
    Order order = order(5, Quality.HIGH, "blurry", 7, null);
    assertThat(order.toString()).doesNotContain("lion").doesNotContain("blurry");
    assertThat(catalog.input(model("wan2"), order).toString()).doesNotContain("lion");
  }

  private ProviderInput small(String rule, int duration) {
    Catalog small = new Catalog(Catalogs.settings(SMALL.replace("PRICE", "1").replace(RULE, rule)));
    return small.input(
        small.model("m").orElseThrow(), order(duration, Quality.STANDARD, null, null, null));
  }

  private Model model(String id) {
    return catalog.model(id).orElseThrow();
  }

  private static Order order(
      int duration,
      Quality quality,
      @Nullable String negative,
      @Nullable Integer seed,
      @Nullable String image) {
    return new Order("a lion", duration, quality, "16:9", negative, seed, image);
  }

  private static final String RULE = "duration: {range: [2, 8]}";

  private static final String SMALL =
      """
      models:
        - id: m
          name: M
          creditsPerSecond: PRICE
          maxDuration: 8
          avgSecondsPerSecond: 1
          provider:
            model: someone/something
            version: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
            output: ARRAY
            input: {prompt: text, duration: length, aspect_ratio: size}
            duration: {range: [2, 8]}
            values:
              aspect_ratio: {"16:9": "1280*720"}
            constants: {expand: false}
      """;

  private static final String RETIRED =
      """
        - id: old
          name: Old
          creditsPerSecond: 5
          maxDuration: 20
          avgSecondsPerSecond: 1
          replacedBy: m
      """;
}
