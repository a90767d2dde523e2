package com.jadariselabs.video.replicate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.jadariselabs.video.replicate.Prediction.Status;
import io.dropwizard.jackson.Jackson;
import io.dropwizard.util.Duration;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Predictions, logs, errors and settings as they are written, and what we read in them. */
class WordsOfTheProviderTest {
  private static final Duration S = Duration.seconds(1);

  @Test
  void the_last_line_of_a_progress_bar_counts() {
    String logs =
        "Using seed: 42\n  0%|          | 0/50 [00:00<?, ?it/s]\r 12%|█▏        | 6/50 [00:03]\r"
            + " 46%|████▌     | 23/50 [00:10<00:12]\nDecoding…\n";
    assertThat(Progress.of(logs)).hasValue(46);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "\n", "done 50%", "50% | no counts", "x 50%|██| 1/2", "50%|| 1/2", "%|█| 1/2"})
  void logs_without_a_bar_tell_no_progress(String logs) {
    assertThat(Progress.of(logs)).isEqualTo(OptionalInt.empty());
  }

  @Test
  void a_percentage_is_never_more_than_a_hundred() {
    assertThat(Progress.of("999999999999%|█| 3/2")).hasValue(100);
    assertThat(Progress.of("150%|█| 3/2")).hasValue(100);
  }

  @Test
  void long_logs_cost_little_time() {
    String logs = "50%|" + "| ".repeat(2_000_000) + "\n" + "x".repeat(2_000_000);
    assertThat(Progress.of(logs)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'\"https://replicate.delivery/a.mp4\"', 1",
    "'[\"https://replicate.delivery/a.mp4\",\"https://replicate.delivery/b.mp4\"]', 2",
    "'{\"video\":\"https://replicate.delivery/a.mp4\",\"frames\":12}', 1",
    "null, 0",
    "'\"data:video/mp4;base64,AAAA\"', 0",
    "'[\"not an address\", 7, null]', 0"
  })
  void an_output_is_one_address_or_several(String output, int count) {
    Prediction prediction =
        read("{\"id\":\"p\",\"status\":\"succeeded\",\"output\":" + output + "}");
    assertThat(prediction.output()).hasSize(count);
    if (count > 0) {
      assertThat(prediction.output().get(0))
          .isEqualTo(URI.create("https://replicate.delivery/a.mp4"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "starting, STARTING, false",
    "processing, PROCESSING, false",
    "succeeded, SUCCEEDED, true",
    "failed, FAILED, true",
    "canceled, CANCELED, true",
    "aborted, ABORTED, true",
    "brand_new, PROCESSING, false"
  })
  void an_unknown_status_is_one_that_is_not_over(String word, Status status, boolean terminal) {
    Prediction prediction = read("{\"id\":\"p\",\"status\":\"" + word + "\"}");
    assertThat(prediction.status()).isEqualTo(status);
    assertThat(status.terminal()).isEqualTo(terminal);
  }

  @Test
  void a_whole_prediction_is_read_and_printed_without_its_words() {
    Prediction prediction =
        read(
            """
            {"id":"gm3q","model":"runwayml/gen-4.5","version":"hidden","input":{"prompt":"a lion","seed":7},
             "output":null,"error":{"code":"E1000"},"logs":"","status":"failed","webhook":"https://us/h?g=1",
             "created_at":"2026-02-27T18:36:00.123Z","started_at":null,"completed_at":"2026-02-27T18:37:00+00:00",
             "metrics":{"predict_time":0.61,"total_time":3.25},"urls":{"get":"…"}}""");
    assertThat(prediction.model()).isEqualTo("runwayml/gen-4.5");
    assertThat(prediction.input()).containsEntry("prompt", "a lion").containsEntry("seed", 7);
    assertThat(prediction.error()).contains("E1000");
    assertThat(prediction.webhook()).isEqualTo("https://us/h?g=1");
    assertThat(prediction.predictSeconds()).hasValue(0.61);
    assertThat(prediction.createdAt()).isEqualTo(Instant.parse("2026-02-27T18:36:00.123Z"));
    assertThat(prediction.startedAt()).isNull();
    assertThat(prediction.completedAt()).isEqualTo(Instant.parse("2026-02-27T18:37:00Z"));
    assertThat(prediction).hasToString("Prediction[gm3q, FAILED]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nonsense", "[]", "{}", "{\"id\":7,\"status\":\"failed\"}", "null"})
  void what_is_no_prediction_is_refused_without_being_quoted(String json) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("nonsense");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "The input or output was flagged as sensitive. (E005) | content_policy | false",
        "NSFW content detected | content_policy | false",
        "Prediction failed: E1001 CUDA out of memory | out_of_memory | true",
        "E6716: start timeout | start_timeout | true",
        "Unknown error (E1000) | provider_error | true",
        "Service is temporarily unavailable (E003) | provider_busy | true",
        "Invalid value for duration: must be one of 5, 10 | invalid_input | false",
        "'' | provider_error | true",
        "https://x/y?token=SECRET a lion | provider_error | true"
      })
  void a_failed_prediction_s_error_is_classified_and_never_quoted(
      String error, String code, boolean retryable) {
    PredictionError read = PredictionError.of(error);
    assertThat(read.code()).isEqualTo(code);
    assertThat(read.retryable()).isEqualTo(retryable);
    assertThat(read.message()).doesNotContain("SECRET").doesNotContain("lion").endsWith(".");
  }

  @Test
  void a_failure_without_a_word_may_be_tried_again() {
    assertThat(PredictionError.of(null).retryable()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "https://api.replicate.com, https://api.replicate.com/v1",
    "https://api.replicate.com/v1/, https://api.replicate.com/v1",
    "http://127.0.0.1:8080/sandbox/v1, http://127.0.0.1:8080/sandbox/v1",
    "http://127.0.0.1:8080/sandbox/, http://127.0.0.1:8080/sandbox/v1"
  })
  void the_api_s_url_may_come_with_or_without_its_version(String given, String api) {
    assertThat(ReplicateSettings.at(given, null).api()).hasToString(api);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"api.replicate.com", "ftp://x/v1", "https://u:p@x", "https://x?a=b", "::"})
  void a_wrong_url_is_one_clear_sentence(String url) {
    assertThat(ReplicateSettings.at(url, null).problem())
        .hasValueSatisfying(p -> assertThat(p).startsWith("REPLICATE_API_URL ").endsWith("."));
  }

  @Test
  void blank_settings_are_absent_and_secrets_are_not_printed() {
    assertThat(ReplicateSettings.at("", " ").api()).hasToString("https://api.replicate.com/v1");
    assertThat(ReplicateSettings.at("", " ").apiToken()).isNull();
    assertThat(ReplicateSettings.at("", "r8_secret").toString()).doesNotContain("r8_secret");
  }

  @Test
  void settings_come_from_yaml_with_defaults_for_what_is_left_out() throws IOException {
    ReplicateSettings settings =
        Jackson.newObjectMapper(new YAMLFactory())
            .readValue(
                "{apiUrl: , callTimeout: 7s, createsPerMinute: 60}", ReplicateSettings.class);
    assertThat(settings.apiUrl()).isNull();
    assertThat(settings.callTimeout()).isEqualTo(Duration.seconds(7));
    assertThat(settings.connectTimeout()).isEqualTo(Duration.seconds(5));
    assertThat(settings.createsPerMinute()).isEqualTo(60);
    assertThat(settings.callsPerMinute()).isEqualTo(3000);
    assertThat(settings.unlimited().createsPerMinute()).isNegative();
    assertThat(settings.problem()).isEmpty();
  }

  @Test
  void a_webhook_secret_that_is_none_is_one_clear_sentence() {
    ReplicateSettings wrong =
        new ReplicateSettings(null, null, "r8_not_a_secret", S, S, S, S, 0, 0, 0, S);
    assertThat(wrong.problem())
        .hasValueSatisfying(
            p ->
                assertThat(p)
                    .startsWith("REPLICATE_WEBHOOK_SECRET ")
                    .doesNotContain("r8_not_a_secret"));
  }

  private static Prediction read(String json) {
    return Prediction.read(json.getBytes(StandardCharsets.UTF_8));
  }
}
