package com.jadariselabs.video.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.jadariselabs.video.testing.Catalogs;
import com.jadariselabs.video.testing.JsonSchema;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Whatever may be asked of a shipped model is an input that the provider's model declares. */
class ProviderSchemasTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Catalog CATALOG = Catalogs.shipped();

  @TestFactory
  Stream<DynamicTest> every_order_of_a_model_fits_the_schema_of_what_renders_it() {
    return CATALOG.models().stream()
        .map(model -> DynamicTest.dynamicTest(model.id(), () -> fits(model)));
  }

  @Test
  void the_catalogue_offers_the_models_of_the_contract_first_and_many_besides() {
    assertThat(CATALOG.models()).extracting(Model::id).startsWith("wan2", "gen2", "sora");
    assertThat(CATALOG.models()).extracting(Model::id).doesNotHaveDuplicates();
    assertThat(CATALOG.models()).hasSizeGreaterThanOrEqualTo(11);
    assertThat(CATALOG.models()).extracting(Model::name).doesNotHaveDuplicates();
  }

  @Test
  void a_quality_that_a_long_video_cannot_have_is_said() {
    Model hailuo = CATALOG.model("hailuo2").orElseThrow();
    Order order = new Order("a lion", 7, Quality.HIGH, "16:9", null, null, null);
    ProviderInput input = CATALOG.input(hailuo, order);
    assertThat(input.input()).containsEntry("resolution", "768p").containsEntry("duration", 10);
    assertThat(input.warnings())
        .containsExactly(
            "Hailuo 2.3 has the quality 'high' up to 6 seconds only: 'standard' takes its place.",
            "Hailuo 2.3 renders 6 or 10 seconds: the duration was moved from 7 to 10 seconds.");
    Order shorter = new Order("a lion", 6, Quality.HIGH, "16:9", null, null, null);
    assertThat(CATALOG.input(hailuo, shorter).input()).containsEntry("resolution", "1080p");
    assertThat(CATALOG.input(hailuo, shorter).warnings()).isEmpty();
  }

  private static void fits(Model model) throws IOException {
    List<String> problems = new ArrayList<>();
    String provider = model.providerModel();
    try (InputStream in =
        ProviderSchemasTest.class.getResourceAsStream("/models/" + provider + ".json")) {
      assertThat(in).as("a schema of " + provider).isNotNull();
      JsonNode schema = JSON.readTree(in);
      for (Order order : orders(model)) {
        ProviderInput input = CATALOG.input(model, order);
        new JsonSchema(schema)
            .problems(schema, JSON.valueToTree(input.input()))
            .forEach(problem -> problems.add(order + " " + problem));
        boolean exact = input.providerDuration() == order.duration();
        boolean said =
            input.warnings().stream().anyMatch(w -> w.contains("the duration was moved"));
        if (exact == said) {
          problems.add(order + " is told " + input.warnings());
        }
      }
    }
    assertThat(problems).isEmpty();
  }

  private static List<Order> orders(Model model) {
    String longest = "x".repeat(model.promptLimit());
    List<Order> orders = new ArrayList<>();
    for (int seconds = 1; seconds <= model.maxDuration(); seconds++) {
      for (Quality quality : Quality.values()) {
        for (String ratio : model.aspectRatios()) {
          orders.add(new Order("a lion", seconds, quality, ratio, null, null, null));
          orders.add(
              new Order(
                  longest, seconds, quality, ratio, "blurry", 2147483647, "https://a.example/b"));
        }
      }
    }
    return orders;
  }
}
