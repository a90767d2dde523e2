package com.jadariselabs.video.moderation;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The verdict on what somebody wants to see: by the word lists at once, then, where one is
 * configured, by a moderation API without a thread that waits. Thread-safe.
 */
public final class Moderation implements AutoCloseable {
  private static final Verdict ALLOWED = new Verdict.Allowed();
  private static final String ALLOWED_LABEL = "allowed";
  private static final String REJECTED_LABEL = "rejected";

  /** Accepted although the API did not answer. */
  private static final String UNCHECKED_LABEL = "unchecked";

  /** Refused for the time being, since the API did not answer. */
  private static final String UNAVAILABLE_LABEL = "unavailable";

  private final WordLists lists;
  private final Counter verdicts;
  private final @Nullable ModerationApi api;
  private final boolean failOpen;

  /**
   * Moderation by the word lists of the service alone.
   *
   * @param moreWords a file with further rules, or null
   */
  public Moderation(@Nullable Path moreWords, CollectorRegistry registry) {
    this(moreWords, null, registry);
  }

  /**
   * Moderation by the word lists and an API.
   *
   * @param moreWords a file with further rules, or null
   * @param settings of the API, or null
   */
  public Moderation(
      @Nullable Path moreWords, @Nullable ApiSettings settings, CollectorRegistry registry) {
    this.lists = WordLists.with(moreWords);
    this.api = settings == null ? null : new ModerationApi(settings);
    this.failOpen = settings != null && settings.failOpen();
    this.verdicts =
        Counter.build()
            .name("video_moderation_total")
            .help("Texts and pictures looked at, by what moderation said.")
            .labelNames("result")
            .register(registry);
    List.of(ALLOWED_LABEL, REJECTED_LABEL, UNCHECKED_LABEL, UNAVAILABLE_LABEL)
        .forEach(verdicts::labels);
  }

  /**
   * What the word lists say of a text, at once.
   *
   * @param text as it will be used
   * @param decoded the same with HTML character references decoded
   */
  public Verdict check(String text, String decoded) {
    Optional<Rule> broken = lists.broken(text);
    if (broken.isEmpty() && !decoded.equals(text)) {
      broken = lists.broken(decoded);
    }
    if (broken.isEmpty()) {
      // Otherwise it is the API's to say, and to count.
      if (api == null) {
        verdicts.labels(ALLOWED_LABEL).inc();
      }
      return ALLOWED;
    }
    return rejected(broken.get());
  }

  /**
   * What the word lists say of a text that names what shall not be seen, at once: less than of one
   * that names what shall.
   */
  public Verdict checkExclusions(String text) {
    return lists.brokenByExclusions(text).map(this::rejected).orElse(ALLOWED);
  }

  private Verdict rejected(Rule broken) {
    verdicts.labels(REJECTED_LABEL).inc();
    return new Verdict.Rejected(broken.category(), broken.name());
  }

  /** Whether a moderation API is asked besides the lists. */
  public boolean asks() {
    return api != null;
  }

  /**
   * What the moderation API says of a text that the lists allow; allowed at once where there is no
   * API. Never fails: while the API does not answer, the verdict is {@link Verdict.Unknown}, or
   * allowed where the settings say so.
   */
  public CompletableFuture<Verdict> ask(String text, String decoded) {
    ModerationApi asked = api;
    return asked == null
        ? CompletableFuture.completedFuture(ALLOWED)
        : settled(
            text.equals(decoded)
                ? asked.text(text)
                : asked.text(text).thenCombine(asked.text(decoded), Moderation::worse));
  }

  /**
   * What the moderation API says of a picture; allowed at once where there is no API. Never fails,
   * as {@link #ask}.
   *
   * @param url where the API can fetch it, or its bytes as a {@code data:} URL
   */
  public CompletableFuture<Verdict> askAboutImage(String url) {
    ModerationApi asked = api;
    return asked == null ? CompletableFuture.completedFuture(ALLOWED) : settled(asked.image(url));
  }

  private static Verdict worse(Verdict one, Verdict other) {
    return one instanceof Verdict.Rejected ? one : other;
  }

  private CompletableFuture<Verdict> settled(CompletableFuture<Verdict> answer) {
    return answer.handle(
        (verdict, failure) -> {
          if (failure == null) {
            boolean rejected = verdict instanceof Verdict.Rejected;
            verdicts.labels(rejected ? REJECTED_LABEL : ALLOWED_LABEL).inc();
            return verdict;
          }
          verdicts.labels(failOpen ? UNCHECKED_LABEL : UNAVAILABLE_LABEL).inc();
          return failOpen ? ALLOWED : new Verdict.Unknown();
        });
  }

  @Override
  public void close() {
    Optional.ofNullable(api).ifPresent(ModerationApi::close);
  }
}
