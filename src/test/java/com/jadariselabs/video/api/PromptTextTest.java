package com.jadariselabs.video.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PromptTextTest {
  private static String cleaned(String raw) {
    PromptText result = PromptText.of(raw, 1000);
    assertThat(result).isInstanceOf(PromptText.Accepted.class);
    return ((PromptText.Accepted) result).text();
  }

  private static String refusal(String raw) {
    PromptText result = PromptText.of(raw, 1000);
    assertThat(result).isInstanceOf(PromptText.Refused.class);
    return ((PromptText.Refused) result).message();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Tom & Jerry <3",
        "AT&amp;T",
        "AT&T",
        "AT&amp;T <3 &lt;b&gt;",
        "a < b and c > d",
        "1<2 && 3>2",
        "I </3 you",
        "a <b",
        "x <- y -> z",
        "<3 <3 <3",
        "<>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "&copy 2024 &notit; &#65;",
        "100 % \"quoted\" 'single' `back`",
        "first line\nsecond\tcolumn\r\nthird",
        "two  blanks",
        "é ñ 漢字 👩‍👩‍👧‍👦 עברית \u200Fx",
      })
  void text_without_tags_stays_as_it_was_written(String text) {
    assertThat(cleaned(text)).isEqualTo(text);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("markup")
  void tags_go_and_their_text_stays(String raw, String expected) {
    assertThat(cleaned(raw)).isEqualTo(expected);
  }

  static Stream<Arguments> markup() {
    return Stream.of(
        Arguments.of("<b>A lion</b> walks", "A lion walks"),
        Arguments.of("li<b>o</b>n", "lion"),
        Arguments.of("<p>one</p><p>two</p>", "one two"),
        Arguments.of("one<br>two", "one two"),
        Arguments.of("<script>alert(1)</script>A lion", "A lion"),
        Arguments.of("A<style>b{}</style> lion", "A lion"),
        Arguments.of("<ScRiPt src=//x></sCrIpT >lion", "lion"),
        Arguments.of("<img src=x onerror=alert(1)>lion", "lion"),
        Arguments.of("<svg/onload=alert(1)>lion", "lion"),
        Arguments.of("<svg><script>alert(1)</script></svg>lion", "lion"),
        Arguments.of("<a href=\"javascript:alert(1)\">click</a>", "click"),
        Arguments.of("<a title=\"a > b\">click</a>", "click"),
        Arguments.of("a <!-- hidden --> lion", "a  lion"),
        Arguments.of("<td>lion", "lion"),
        Arguments.of("lion</b>", "lion"),
        Arguments.of("<textarea><b>lion</b></textarea>", "lion"),
        Arguments.of("<title>lion</title>", "lion"),
        Arguments.of("<<b>i>A lion</i>", "A lion"),
        Arguments.of("<scr<b>ipt>alert(1)</scr</b>ipt>lion", "ipt>alert(1)ipt>lion"),
        Arguments.of("<b></b>&lt;script&gt;alert(1)&lt;/script&gt;lion", "lion"),
        Arguments.of("<b>Tom</b> & Jerry <3", "Tom & Jerry <3"),
        Arguments.of("<i>I </3 you</i>", "I </3 you"),
        Arguments.of("<?php echo 1 ?>lion", "lion"),
        Arguments.of("<!doctype html><html><body>lion</body></html>", "lion"),
        Arguments.of("  \u00A0\u200B<b> lion </b>\uFEFF\n", "lion"));
  }

  @Test
  void moderation_sees_the_decoded_form() {
    assertThat(PromptText.of("p&#111;rn &amp; co", 1000))
        .isEqualTo(new PromptText.Accepted("p&#111;rn &amp; co", "porn & co"));
    assertThat(PromptText.of("p&amp;#111;rn", 1000))
        .isEqualTo(new PromptText.Accepted("p&amp;#111;rn", "porn"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "\n\t ",
        "\u00A0",
        "\u200B\u2060\uFEFF",
        "<b></b>",
        "<script>x</script>",
        "<<b>script>alert(1)</script>lion"
      })
  void what_is_empty_once_cleaned_is_refused(String text) {
    assertThat(refusal(text)).contains("empty");
  }

  @Test
  void every_control_character_but_tab_and_line_ends_is_refused() {
    for (char c = 0; c < 0xA0; c++) {
      boolean control = Character.isISOControl(c) && c != '\t' && c != '\n' && c != '\r';
      assertThat(PromptText.of("a" + c + "b", 1000))
          .as("U+%04X", (int) c)
          .isInstanceOf(control ? PromptText.Refused.class : PromptText.Accepted.class);
    }
    assertThat(refusal("\u0000lion")).contains("control");
    assertThat(refusal("lion\u001b")).contains("control");
    assertThat(refusal("<b>&#27;[31m</b>")).contains("control");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\u202Eb", "a\u2066b", "<b>&#x202e;</b>x", "\u202Alion"})
  void overrides_of_the_direction_are_refused(String text) {
    assertThat(refusal(text)).contains("direction");
  }

  @Test
  void half_a_character_is_refused() {
    assertThat(refusal("a\ud83d")).contains("Unicode");
    assertThat(refusal("\ude00a")).contains("Unicode");
  }

  @Test
  void length_is_counted_in_code_points_of_what_is_left() {
    assertThat(cleaned("🦁".repeat(1000))).hasSize(2000);
    assertThat(refusal("🦁".repeat(1001))).contains("1000");
    assertThat(cleaned("  <b>" + "x".repeat(1000) + "</b>  ")).hasSize(1000);
    assertThat(cleaned(" ".repeat(60_000) + "x")).isEqualTo("x");
    assertThat(refusal("x".repeat(1001))).contains("1000");
    assertThat(refusal("x".repeat(65_000))).contains("1000");
    assertThat(PromptText.of("x".repeat(501), 500)).isInstanceOf(PromptText.Refused.class);
  }

  @Test
  void markup_that_makes_new_markup_without_end_is_refused() {
    assertThat(refusal("<".repeat(40) + "b>".repeat(40) + "lion>")).contains("markup");
  }

  @Test
  void nothing_takes_long() {
    String[] bombs = {
      "<b a=1>".repeat(2_800) + "x",
      "<p><b>".repeat(3_200) + "x>",
      "<div><a>".repeat(2_400) + "x>",
      "<table>".repeat(2_800) + "x>",
      "<".repeat(19_000) + ">",
      "&amp;".repeat(13_000),
      "<b>".repeat(21_000),
    };
    for (String bomb : bombs) {
      long began = System.nanoTime();
      assertThat(PromptText.of(bomb, 1000)).isNotNull();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
    }
  }
}
