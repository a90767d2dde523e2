package com.jadariselabs.video.prompts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.base.Ticker;
import com.jadariselabs.video.cache.Cache;
import com.jadariselabs.video.cache.CacheMetrics;
import com.jadariselabs.video.cache.CacheSettings;
import com.jadariselabs.video.catalog.Catalog;
import com.jadariselabs.video.catalog.Model;
import com.jadariselabs.video.catalog.Quality;
import com.jadariselabs.video.moderation.Moderation;
import com.jadariselabs.video.testing.Catalogs;
import com.jadariselabs.video.testing.ServletHost;
import io.prometheus.client.CollectorRegistry;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of prompts with a chat that behaves, and with one that does not. */
class PromptsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PROMPT = "A lion in the savanna";

  private final Catalog catalog = Catalogs.shipped();
  private final Model wan2 = catalog.model("wan2").orElseThrow();
  private final PromptRules rules = new PromptRules(catalog);
  private final String byRules = rules.enhance(PROMPT, null, Quality.HIGH, wan2);
  private final List<JsonNode> asked = new CopyOnWriteArrayList<>();
  private final List<String> bearers = new CopyOnWriteArrayList<>();
  private volatile String said = "golden grass swaying, distant acacia trees";
  private volatile int status = 200;
  private volatile boolean hangs;
  private ServletHost host;
  private Prompts prompts;

  @BeforeEach
  void open() throws Exception {
    host = new ServletHost(new Completions(), "/v1/chat/completions");
    prompts = prompts(host.url());
  }

  @AfterEach
  void close() throws Exception {
    prompts.close();
    host.close();
  }

  @Test
  void its_phrases_come_after_the_users_words_and_before_those_of_the_rules() {
    assertThat(enhanced(PROMPT))
        .startsWith(PROMPT + ", golden grass swaying, distant acacia trees, smooth camera movement")
        .endsWith("fluid motion");
    assertThat(asked.get(0).at("/model").asText()).isEqualTo("small");
    assertThat(asked.get(0).at("/messages/0/content").asText()).contains("in English");
    assertThat(asked.get(0).at("/messages/1/content").asText()).isEqualTo(PROMPT);
    assertThat(bearers).containsExactly("Bearer sk-test");
  }

  @Test
  void a_french_prompt_is_given_french_words() {
    said = "herbes dorées";
    assertThat(enhanced("Un lion dans la savane"))
        .startsWith("Un lion dans la savane, herbes dorées, mouvement de caméra fluide");
    assertThat(asked.get(0).at("/messages/0/content").asText()).contains("in French");
  }

  @Test
  void it_is_asked_once_for_a_prompt_however_many_ask() {
    CompletableFuture<?>[] all = new CompletableFuture<?>[20];
    for (int i = 0; i < all.length; i++) {
      all[i] = prompts.enhance(PROMPT, null, Quality.HIGH, wan2);
    }
    CompletableFuture.allOf(all).orTimeout(10, TimeUnit.SECONDS).join();
    enhanced(PROMPT);
    assertThat(asked).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "I'm sorry, I cannot help with that",
        "see https://example.com",
        "```a, b```",
        "one line\nand another",
        "<b>bold</b>"
      })
  void what_is_no_list_of_phrases_is_left_out(String answer) {
    said = answer;
    assertThat(enhanced(PROMPT)).isEqualTo(byRules);
  }

  @Test
  void an_endless_answer_is_left_out() {
    said = "very, ".repeat(200);
    assertThat(enhanced(PROMPT)).isEqualTo(byRules);
    said = "x".repeat(200_000);
    assertThat(enhanced(PROMPT)).isEqualTo(byRules);
  }

  @Test
  void what_moderation_does_not_allow_is_left_out() {
    said = "child porn";
    assertThat(new Moderation(null, new CollectorRegistry()).check(said, said))
        .isInstanceOf(com.jadariselabs.video.moderation.Verdict.Rejected.class);
    assertThat(enhanced(PROMPT)).isEqualTo(byRules);
  }

  @Test
  void the_limit_of_the_model_is_kept_and_no_word_of_the_user_lost() {
    String long1 = "the lion ".repeat(111) + "x";
    Model gen2 = catalog.model("gen2").orElseThrow();
    String text =
        prompts.enhance(long1, "anime", Quality.ULTRA, gen2).orTimeout(9, TimeUnit.SECONDS).join();
    assertThat(text).isEqualTo(long1);
  }

  @Test
  void one_that_hangs_is_not_waited_for_and_one_that_fails_often_is_left_in_peace() {
    hangs = true;
    assertThat(enhanced(PROMPT)).isEqualTo(byRules);
    hangs = false;
    status = 500;
    for (int i = 0; i < 10; i++) {
      assertThat(enhanced(PROMPT)).isEqualTo(byRules);
    }
    assertThat(asked).hasSizeBetween(4, 8);
  }

  @Test
  void one_that_is_not_there_or_speaks_no_json_is_done_without() throws Exception {
    status = 404;
    assertThat(enhanced(PROMPT)).isEqualTo(byRules);
    host.close();
    assertThat(enhanced(PROMPT)).isEqualTo(byRules);
  }

  @Test
  void every_phrase_of_the_shipped_catalogue_has_a_french_one() {
    for (Model model : catalog.models()) {
      for (String words : List.of(model.camera(), model.light())) {
        assertTranslated(words);
      }
    }
    catalog.styles().forEach(style -> assertTranslated(catalog.styleWords(style)));
    for (Quality quality : Quality.values()) {
      assertTranslated(catalog.qualityWords(quality));
    }
  }

  private void assertTranslated(String phrases) {
    for (String phrase : phrases.split(",", -1)) {
      boolean same = phrase.strip().equals("film noir");
      assertThat(catalog.translated(phrase.strip(), "fr"))
          .as(phrase)
          .satisfies(french -> assertThat(french.equals(phrase.strip())).isEqualTo(same));
    }
  }

  private String enhanced(String prompt) {
    return prompts.enhance(prompt, null, Quality.HIGH, wan2).orTimeout(10, TimeUnit.SECONDS).join();
  }

  private Prompts prompts(String url) {
    Cache<String, String> kept =
        new Cache<>(
            new CacheSettings(1 << 20, Duration.ofMinutes(1), Duration.ofSeconds(1)),
            key -> Optional.empty(),
            text -> 1,
            String::length,
            null,
            new CacheMetrics(new CollectorRegistry()),
            Ticker.systemTicker());
    return new Prompts(
        rules,
        new Moderation(null, new CollectorRegistry()),
        new ChatSettings(url, "sk-test", "small", 500),
        kept);
  }

  private final class Completions extends HttpServlet {
    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      asked.add(JSON.readTree(request.getInputStream()));
      bearers.add(request.getHeader("Authorization"));
      if (hangs) {
        request.startAsync().setTimeout(0);
        return;
      }
      response.setStatus(status);
      response.getOutputStream().write(answer());
    }

    private byte[] answer() throws JsonProcessingException {
      return status == 200
          ? JSON.writeValueAsBytes(
              Map.of("choices", List.of(Map.of("message", Map.of("content", said)))))
          : "oh".getBytes(StandardCharsets.UTF_8);
    }
  }
}
