package com.jadariselabs.video.generation;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * What a user's generations came to. All of a generation counts on the day, in UTC, on which it was
 * submitted, whenever it ended; its charges and refunds are those of the ledger, over all of its
 * runs. Reaches back as far as generations are kept. Thread-safe.
 */
public final class Usage {
  /** How many lines a report has at most. */
  public static final int MOST_LINES = 1_000;

  private final UsageDao dao;

  Usage(Jdbi jdbi) {
    this.dao = jdbi.onDemand(UsageDao.class);
  }

  /** What the lines of a report stand for. */
  public enum Group {
    DAY,
    MODEL,
    KEY;

    /** In lower case. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Figures of some generations.
   *
   * @param open queued or processing now
   * @param seconds of completed video, as they were asked for
   * @param charged credits
   * @param refunded credits
   */
  public record Figures(
      long completed,
      long failed,
      long cancelled,
      long open,
      long seconds,
      long charged,
      long refunded) {}

  /**
   * One day, model or API key.
   *
   * @param unit {@code 2026-02-27}, the model's id or the key's; empty: submitted without a key
   * @param name of the key; null for anything else
   */
  public record Line(String unit, @Nullable String name, Figures figures) {}

  /** The lines, in the order of their units, and everything together. */
  public record Report(List<Line> lines, Figures total) {}

  /** The report of these days, both included. */
  public Report of(String userId, LocalDate from, LocalDate to, Group group) {
    List<Line> lines = new ArrayList<>();
    Figures total = new Figures(0, 0, 0, 0, 0, 0, 0);
    for (UsageDao.Row row :
        dao.usage(
            userId,
            from.atStartOfDay().toInstant(ZoneOffset.UTC),
            to.plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC),
            group.wireName(),
            MOST_LINES + 1)) {
      if (row.total()) {
        total = row.figures();
      } else {
        lines.add(new Line(String.valueOf(row.unit()), row.name(), row.figures()));
      }
    }
    return new Report(lines, total);
  }
}
