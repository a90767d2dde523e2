package com.jadariselabs.video.sandbox;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A hundred predictions of a list, newest first. A cursor names the prediction it stands at, so new
 * ones move nothing.
 */
record Page(List<Prediction> predictions, boolean hasNewer, boolean hasOlder, String filter) {
  private static final int SIZE = 100;

  /**
   * The page that these parameters ask for; empty where they make no sense.
   *
   * @param parameter its value by its name, null where it is absent
   */
  static Optional<Page> of(
      List<Prediction> newestFirst, UnaryOperator<@Nullable String> parameter) {
    try {
      Instant after = time(parameter.apply("created_after"));
      Instant before = time(parameter.apply("created_before"));
      List<Prediction> all =
          newestFirst.stream()
              .filter(p -> after == null || !p.createdAt().isBefore(after))
              .filter(p -> before == null || p.createdAt().isBefore(before))
              .toList();
      int from = from(all, parameter.apply("cursor"));
      int to = Math.min(all.size(), from + SIZE);
      String filter =
          (after == null ? "" : "&created_after=" + after)
              + (before == null ? "" : "&created_before=" + before);
      return Optional.of(new Page(all.subList(from, to), from > 0, to < all.size(), filter));
    } catch (DateTimeException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  @Nullable String next(String url) {
    return hasOlder ? url(url, "o", predictions.get(predictions.size() - 1)) : null;
  }

  @Nullable String previous(String url) {
    return hasNewer && !predictions.isEmpty() ? url(url, "n", predictions.get(0)) : null;
  }

  private String url(String url, String direction, Prediction at) {
    String cursor = direction + at.createdAt().toEpochMilli() + "." + at.id();
    String encoded =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(cursor.getBytes(StandardCharsets.UTF_8));
    return url + "?cursor=" + URLEncoder.encode(encoded, StandardCharsets.UTF_8) + filter;
  }

  private static int from(List<Prediction> all, @Nullable String cursor) {
    if (cursor == null || cursor.isEmpty()) {
      return 0;
    }
    String plain = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
    if (!plain.matches("[on][0-9]{1,15}\\.[a-z0-9]{1,64}")) {
      throw new IllegalArgumentException("not one of our cursors");
    }
    int dot = plain.indexOf('.');
    long millis = Long.parseLong(plain.substring(1, dot));
    String id = plain.substring(dot + 1);
    int newer = 0;
    while (newer < all.size() && isNewer(all.get(newer), millis, id)) {
      newer++;
    }
    boolean there = newer < all.size() && all.get(newer).id().equals(id);
    return plain.startsWith("n") ? Math.max(0, newer - SIZE) : newer + (there ? 1 : 0);
  }

  private static boolean isNewer(Prediction prediction, long millis, String id) {
    long own = prediction.createdAt().toEpochMilli();
    return own > millis || (own == millis && prediction.id().compareTo(id) > 0);
  }

  private static @Nullable Instant time(@Nullable String text) {
    // A plus sign that nobody escaped arrives as a space.
    return text == null || text.isBlank()
        ? null
        : OffsetDateTime.parse(text.replace(' ', '+')).toInstant();
  }
}
