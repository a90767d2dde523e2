package com.jadariselabs.video.queue;

import com.google.common.base.CharMatcher;
import java.util.List;
import java.util.Optional;
import net.greghaines.jesque.Job;

/**
 * The form of a job in Redis. The text of the same id in the same queue is always the same, so that
 * it can be found and removed.
 */
final class Delivery {
  /** Before every plan's turn: jobs that have waited too long. */
  static final String FIRST = "first";

  /** In the order of service. */
  static final List<String> QUEUES =
      List.of(FIRST, Priority.HIGH.wireName(), Priority.NORMAL.wireName(), Priority.LOW.wireName());

  private static final String CLASS_NAME = "Visit";
  private static final String HEAD = "{\"class\":\"" + CLASS_NAME + "\",\"args\":[\"";
  private static final String SEPARATOR = "\",\"";
  private static final String TAIL = "\"]}";

  private static final CharMatcher ALLOWED =
      CharMatcher.inRange('a', 'z')
          .or(CharMatcher.inRange('A', 'Z'))
          .or(CharMatcher.inRange('0', '9'))
          .or(CharMatcher.anyOf("_-"))
          .precomputed();

  private Delivery() {}

  /**
   * @throws IllegalArgumentException when the id is not made of letters, digits, {@code _} and
   *     {@code -}
   */
  static String payload(String id, String queue) {
    if (id.isEmpty() || !ALLOWED.matchesAllOf(id)) {
      throw new IllegalArgumentException("not an id");
    }
    return HEAD + id + SEPARATOR + queue + TAIL;
  }

  /** The id in a payload of ours. */
  static Optional<String> id(String payload) {
    int end = payload.indexOf(SEPARATOR, HEAD.length());
    return payload.startsWith(HEAD) && end > 0
        ? Optional.of(payload.substring(HEAD.length(), end))
        : Optional.empty();
  }

  /** The queue that a payload of ours was put into. */
  static Optional<String> queue(String payload) {
    return QUEUES.stream().filter(queue -> payload.endsWith(SEPARATOR + queue + TAIL)).findFirst();
  }

  /**
   * The id in a job as Jesque read it.
   *
   * @throws IllegalArgumentException when somebody else put something else there
   */
  static String id(Job job) {
    Object[] args = job.getArgs();
    if (CLASS_NAME.equals(job.getClassName())
        && args != null
        && args.length > 0
        && args[0] instanceof String id) {
      return id;
    }
    throw new IllegalArgumentException("a job that is no visit");
  }
}
