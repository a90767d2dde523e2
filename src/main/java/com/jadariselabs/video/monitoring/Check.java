package com.jadariselabs.video.monitoring;

import com.codahale.metrics.health.HealthCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * A health check that says in one sentence what is wrong, and never shows a stack trace. Rooms hand
 * the wiring a complaint: empty while all is well.
 */
public final class Check extends HealthCheck {
  private static final long MEBIBYTE = 1024 * 1024;

  private final Callable<Optional<String>> complaint;

  /** A check of what this complains about; an exception counts as a complaint. */
  public Check(Callable<Optional<String>> complaint) {
    this.complaint = complaint;
  }

  /** Whether the disk of this directory has so much space left. */
  public static Check disk(Path directory, long leastMebibytes) {
    return new Check(
        () -> {
          long free = Files.getFileStore(directory).getUsableSpace() / MEBIBYTE;
          return free >= leastMebibytes
              ? Optional.empty()
              : Optional.of("only " + free + " MiB are left");
        });
  }

  @Override
  protected Result check() {
    try {
      return complaint.call().map(Result::unhealthy).orElseGet(Result::healthy);
    } catch (Exception e) {
      return Result.unhealthy("%s", e.getClass().getSimpleName());
    }
  }
}
