package com.jadariselabs.video.moderation;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The verdict on what somebody wants to see. Thread-safe. */
public final class Moderation {
  private static final Verdict ALLOWED = new Verdict.Allowed();

  private final WordLists lists;
  private final Counter verdicts;

  /**
   * Moderation by the word lists of the service.
   *
   * @param moreWords a file with further rules, or null
   */
  public Moderation(@Nullable Path moreWords, CollectorRegistry registry) {
    this.lists = new WordLists(Lists.read(moreWords));
    this.verdicts =
        Counter.build()
            .name("video_moderation_total")
            .help("Texts looked at, by what moderation said.")
            .labelNames("result")
            .register(registry);
    verdicts.labels("allowed");
    verdicts.labels("rejected");
  }

  /**
   * Judges a text.
   *
   * @param text as it will be used
   * @param decoded the same with HTML character references decoded
   */
  public Verdict check(String text, String decoded) {
    Optional<Rule> broken = lists.broken(text);
    if (broken.isEmpty() && !decoded.equals(text)) {
      broken = lists.broken(decoded);
    }
    verdicts.labels(broken.isPresent() ? "rejected" : "allowed").inc();
    return broken
        .<Verdict>map(rule -> new Verdict.Rejected(rule.category(), rule.name()))
        .orElse(ALLOWED);
  }
}
