package com.jadariselabs.video.queue;

import java.util.regex.Pattern;

/**
 * How this process takes part in the queue.
 *
 * @param maxConcurrent generations that one worker has in progress at once, 1 to 10000
 * @param workersMin workers that are always there; 0 only together with a maximum of 0
 * @param workersMax workers at most, up to 1000; 0: this process runs none
 * @param namespace prefix of all keys of the queue, as Jesque and Resque use it
 * @param instanceId this process among the others; part of its workers' ids
 */
public record QueueSettings(
    int maxConcurrent, int workersMin, int workersMax, String namespace, String instanceId) {
  /** The defaults of the settings, and the prefix that Resque's tools expect. */
  public static final int DEFAULT_MAX_CONCURRENT = 3;

  public static final int DEFAULT_WORKERS_MIN = 1;
  public static final int DEFAULT_WORKERS_MAX = 4;
  public static final String DEFAULT_NAMESPACE = "resque";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,100}");

  /**
   * @throws IllegalArgumentException with a sentence that names the setting
   */
  public QueueSettings {
    require(
        maxConcurrent >= 1 && maxConcurrent <= 10_000,
        "QUEUE_MAX_CONCURRENT must be from 1 to 10000, not " + maxConcurrent);
    require(
        workersMax >= 0 && workersMax <= 1_000,
        "WORKERS_MAX must be from 0 to 1000, not " + workersMax);
    require(
        workersMin >= 0 && workersMin <= workersMax,
        "WORKERS_MIN must be from 0 to WORKERS_MAX (" + workersMax + "), not " + workersMin);
    require(
        workersMin > 0 || workersMax == 0,
        "WORKERS_MIN must be at least 1 unless WORKERS_MAX is 0 as well");
    require(
        NAME.matcher(instanceId).matches(),
        "INSTANCE_ID must be 1 to 100 letters, digits, dots, dashes and underscores");
    require(
        NAME.matcher(namespace).matches(),
        "the queue's namespace must be letters, digits, dots, dashes and underscores");
  }

  String key(String... parts) {
    return namespace + ":" + String.join(":", parts);
  }

  private static void require(boolean holds, String sentence) {
    if (!holds) {
      throw new IllegalArgumentException(sentence);
    }
  }
}
