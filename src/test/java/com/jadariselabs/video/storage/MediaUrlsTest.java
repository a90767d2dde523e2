package com.jadariselabs.video.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MediaUrlsTest {
  private static final Pattern URL =
      Pattern.compile(
          "https://cdn\\.example/media/gen_a1/video\\.mp4\\?expires=([0-9]+)&sig=([A-Za-z0-9_-]{43})");
  private static final Instant NOW = Instant.parse("2026-02-27T18:36:00Z");

  @Test
  void a_url_holds_for_at_least_a_day_and_at_most_two_whenever_it_is_made() {
    for (int hour = 0; hour < 48; hour++) {
      Instant now = NOW.plus(Duration.ofHours(hour));
      Matcher url = parts(now);
      long left = Long.parseLong(url.group(1)) - now.getEpochSecond();
      assertThat(left).isBetween(86_400L, 172_800L);
    }
  }

  @Test
  void a_url_changes_once_a_day() {
    Set<String> urls = new HashSet<>();
    for (int minute = 0; minute < 3 * 24 * 60; minute++) {
      urls.add(urls(NOW.plus(Duration.ofMinutes(minute))).url("gen_a1", Kind.VIDEO));
    }
    assertThat(urls).hasSizeBetween(3, 4);
  }

  @Test
  void only_the_very_url_is_taken_and_only_until_it_expires() {
    Matcher url = parts(NOW);
    String expires = url.group(1);
    String sig = url.group(2);
    MediaUrls urls = urls(NOW);
    assertThat(urls.verify("gen_a1", Kind.VIDEO, expires, sig)).isTrue();
    assertThat(urls.verify("gen_a2", Kind.VIDEO, expires, sig)).isFalse();
    assertThat(urls.verify("gen_a1", Kind.POSTER, expires, sig)).isFalse();
    assertThat(urls.verify("gen_a1", Kind.VIDEO, expires + "0", sig)).isFalse();
    assertThat(urls.verify("gen_a1", Kind.VIDEO, expires, sig.substring(1))).isFalse();
    assertThat(urls.verify("gen_a1", Kind.VIDEO, expires, "")).isFalse();
    assertThat(urls.verify("gen_a1", Kind.VIDEO, null, sig)).isFalse();
    assertThat(urls.verify("gen_a1", Kind.VIDEO, "-1", sig)).isFalse();
    assertThat(urls.verify("gen_a1", Kind.VIDEO, "1e9", sig)).isFalse();

    Instant end = Instant.ofEpochSecond(Long.parseLong(expires));
    assertThat(urls(end.minusSeconds(1)).verify("gen_a1", Kind.VIDEO, expires, sig)).isTrue();
    assertThat(urls(end).verify("gen_a1", Kind.VIDEO, expires, sig)).isFalse();
  }

  private static Matcher parts(Instant now) {
    Matcher url = URL.matcher(urls(now).url("gen_a1", Kind.VIDEO));
    assertThat(url.matches()).isTrue();
    return url;
  }

  private static MediaUrls urls(Instant now) {
    byte[] secret = "a secret".getBytes(StandardCharsets.UTF_8);
    return new MediaUrls("https://cdn.example/", secret, Clock.fixed(now, ZoneOffset.UTC));
  }
}
