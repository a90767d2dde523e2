package com.jadariselabs.video.moderation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.jadariselabs.video.testing.FakeModeration;
import com.jadariselabs.video.testing.Fault;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModerationApiTest {
  private final FakeModeration fake = new FakeModeration();
  private final CollectorRegistry registry = new CollectorRegistry();

  @AfterEach
  void close() {
    fake.close();
  }

  private Verdict ask(ApiSettings settings, String text) {
    try (Moderation moderation = new Moderation(null, settings, new CollectorRegistry())) {
      return ask(moderation, text);
    }
  }

  private static Verdict ask(Moderation moderation, String text) {
    return moderation.ask(text, text).orTimeout(10, TimeUnit.SECONDS).join();
  }

  @Test
  void it_is_asked_as_the_api_wants_it() {
    assertThat(ask(fake.settings(), "A lion")).isEqualTo(new Verdict.Allowed());
    assertThat(fake.heads()).containsExactly("POST /v1/moderations Bearer sk-moderation");
    assertThat(fake.asked().get(0).toString())
        .isEqualTo("{\"model\":\"omni-moderation-latest\",\"input\":\"A lion\"}");
  }

  @Test
  void a_text_is_asked_about_in_its_decoded_form_too() {
    fake.answers(
        input -> input.contains("<") ? FakeModeration.flagged("hate", 0.5) : FakeModeration.CLEAN);
    try (Moderation moderation = new Moderation(null, fake.settings(), registry)) {
      assertThat(moderation.ask("a &lt; b", "a < b").join())
          .isEqualTo(new Verdict.Rejected(Category.HATE, "api: hate 0.50"));
    }
    assertThat(fake.asked()).hasSize(2);
  }

  @Test
  void a_picture_is_asked_about_by_its_address() {
    fake.answers(input -> FakeModeration.flagged("violence/graphic", 0.9));
    try (Moderation moderation = new Moderation(null, fake.settings(), registry)) {
      assertThat(moderation.askAboutImage("data:image/png;base64,AA==").join())
          .isEqualTo(new Verdict.Rejected(Category.GORE, "api: violence/graphic 0.90"));
    }
    assertThat(fake.asked().get(0).path("input").toString())
        .isEqualTo(
            "[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,AA==\"}}]");
  }

  static Stream<Arguments> findings() {
    return Stream.of(
        finding("{'flagged':false}", null),
        finding("{'flagged':false,'categories':null,'category_scores':null}", null),
        finding("{'flagged':true}", "OTHER api: flagged"),
        finding("{'flagged':true,'categories':null,'category_scores':null}", "OTHER api: flagged"),
        finding("{'flagged':true,'categories':{'illicit':null}}", "OTHER api: flagged"),
        finding("{'flagged':true,'categories':{'dance':true}}", "OTHER api: dance"),
        finding("{'categories':{'sexual':true}}", "SEXUAL api: sexual"),
        finding(
            "{'flagged':true,'categories':{'sexual':true,'sexual/minors':true},"
                + "'category_scores':{'sexual':0.5,'sexual/minors':0.7}}",
            "MINORS api: sexual/minors 0.70, sexual 0.50"),
        finding(
            "{'flagged':true,'categories':{'self-harm/intent':true}}",
            "SELF_HARM api: self-harm/intent"),
        finding("{'flagged':true,'categories':{'self_harm':true}}", "SELF_HARM api: self_harm"),
        finding(
            "{'flagged':true,'categories':{'illicit/violent':true}}",
            "WEAPONS api: illicit/violent"),
        finding("{'flagged':true,'categories':{'harassment':true}}", "HARASSMENT api: harassment"),
        // The threshold decides where there is one …
        finding(
            "{'flagged':true,'categories':{'violence':true},'category_scores':{'violence':0.7}}",
            null),
        finding(
            "{'flagged':true,'categories':{'violence':true},'category_scores':{'violence':0.8}}",
            "VIOLENCE api: violence 0.80"),
        finding(
            "{'flagged':false,'categories':{'violence':false},'category_scores':{'violence':0.9}}",
            "VIOLENCE api: violence 0.90"),
        // … and tells a score; without one the flag does, and always in a category to be blocked.
        finding("{'flagged':true,'categories':{'violence':true}}", "VIOLENCE api: violence"),
        finding(
            "{'flagged':true,'categories':{'violence':true},'category_scores':{'violence':'high'}}",
            "VIOLENCE api: violence"),
        finding(
            "{'flagged':true,'categories':{'sexual/minors':true},"
                + "'category_scores':{'sexual/minors':0.1}}",
            "MINORS api: sexual/minors 0.10"));
  }

  private static Arguments finding(String result, @Nullable String expected) {
    return Arguments.of(result, expected);
  }

  @ParameterizedTest
  @MethodSource("findings")
  void flags_and_thresholds_decide_and_unknown_categories_are_no_failure(
      String result, @Nullable String expected) {
    fake.answers(input -> "{\"results\":[" + result.replace('\'', '"') + "]}");
    Verdict verdict =
        ask(fake.settings(false, Map.of("violence", 0.8, "sexual/minors", 0.9)), "A lion");
    String said =
        verdict instanceof Verdict.Rejected rejected
            ? rejected.category() + " " + rejected.rule()
            : null;
    assertThat(verdict).isNotInstanceOf(Verdict.Unknown.class);
    assertThat(said).isEqualTo(expected);
  }

  static Stream<Fault> faults() {
    return Stream.of(
        Fault.status(500),
        Fault.status(401),
        Fault.status(429),
        Fault.status(302),
        Fault.status(400),
        Fault.hang(),
        Fault.drop(),
        Fault.drip(Duration.ofMillis(100)),
        Fault.truncate(),
        Fault.endless());
  }

  @ParameterizedTest
  @MethodSource("faults")
  void without_an_answer_the_setting_decides_and_it_is_counted(Fault fault) {
    fake.fails(fault);
    try (Moderation closed = new Moderation(null, fake.settings(), registry)) {
      assertThat(ask(closed, "A lion")).isEqualTo(new Verdict.Unknown());
    }
    assertThat(counted("unavailable")).isEqualTo(1);
    CollectorRegistry other = new CollectorRegistry();
    try (Moderation open = new Moderation(null, fake.settings(true, Map.of()), other)) {
      assertThat(ask(open, "A lion")).isEqualTo(new Verdict.Allowed());
    }
    assertThat(
            other.getSampleValue(
                "video_moderation_total", new String[] {"result"}, new String[] {"unchecked"}))
        .isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"results\":[]}",
        "{\"results\":[{}]}",
        "<html>",
        "{\"results\":[7]}"
      })
  void what_is_no_judgement_is_no_answer(String answer) {
    fake.answers(input -> answer);
    assertThat(ask(fake.settings(), "A lion")).isEqualTo(new Verdict.Unknown());
  }

  @Test
  void an_api_that_fails_too_often_is_left_alone() {
    fake.fails(Fault.status(500));
    try (Moderation moderation = new Moderation(null, fake.settings(), registry)) {
      for (int i = 0; i < 30; i++) {
        assertThat(ask(moderation, "A lion")).isEqualTo(new Verdict.Unknown());
      }
    }
    assertThat(fake.asked().size()).isBetween(10, 20);
    assertThat(counted("unavailable")).isEqualTo(30);
  }

  @Test
  void a_question_that_it_refuses_is_not_held_against_it() {
    fake.fails(Fault.status(400));
    try (Moderation moderation = new Moderation(null, fake.settings(), registry)) {
      for (int i = 0; i < 30; i++) {
        ask(moderation, "A lion");
      }
    }
    assertThat(fake.asked()).hasSize(30);
  }

  @Test
  void where_none_is_set_nobody_is_asked() {
    try (Moderation moderation = new Moderation(null, registry)) {
      assertThat(moderation.asks()).isFalse();
      assertThat(moderation.ask("A lion", "A lion")).isCompletedWithValue(new Verdict.Allowed());
      assertThat(moderation.askAboutImage("https://a.example/b.png"))
          .isCompletedWithValue(new Verdict.Allowed());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https://api.openai.com, https://api.openai.com/v1/moderations",
    "https://api.openai.com/, https://api.openai.com/v1/moderations",
    "https://api.openai.com/v1, https://api.openai.com/v1/moderations",
    "https://api.openai.com/v1/moderations, https://api.openai.com/v1/moderations",
    "http://127.0.0.1:9/proxy/v2/, http://127.0.0.1:9/proxy/v2/moderations",
  })
  void its_address_may_be_given_with_or_without_the_path(String url, String endpoint) {
    assertThat(ApiSettings.endpoint(url)).hasToString(endpoint);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"api.openai.com", "ftp://a/", "https://u:p@a/", "https://a/?x=1", "https://"})
  void an_address_that_is_none_is_refused(String url) {
    assertThatIllegalArgumentException().isThrownBy(() -> ApiSettings.endpoint(url));
  }

  @Test
  void the_key_is_not_printed() {
    assertThat(fake.settings().toString()).doesNotContain("sk-moderation");
  }

  private double counted(String result) {
    return registry.getSampleValue(
        "video_moderation_total", new String[] {"result"}, new String[] {result});
  }
}
