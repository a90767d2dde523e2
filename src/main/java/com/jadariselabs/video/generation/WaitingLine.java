package com.jadariselabs.video.generation;

import com.jadariselabs.video.generation.GenerationDao.Waiting;
import com.jadariselabs.video.queue.Priority;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the line of those who wait: read from PostgreSQL from time to time, and each change of a
 * watched one's place told once, by whichever instance writes it first. Thread-safe.
 */
final class WaitingLine {
  private static final int MOST_ROWS = 20_000;

  private final GenerationDao dao;
  private final Announcer announcer;
  private final BiPredicate<String, String> watched;
  private volatile Line line = Line.EMPTY;

  /**
   * A line that is empty until refreshed.
   *
   * @param watched whether somebody on this instance watches this generation (id, user id)
   */
  WaitingLine(Jdbi jdbi, Announcer announcer, BiPredicate<String, String> watched) {
    this.dao = jdbi.onDemand(GenerationDao.class);
    this.announcer = announcer;
    this.watched = watched;
  }

  @Nullable Integer place(String id) {
    return line.place(id);
  }

  /** How many wait in each delivery queue, as of the last refresh. */
  Map<Priority, Integer> lengths() {
    Map<Priority, Integer> lengths = new EnumMap<>(Priority.class);
    for (Priority priority : Priority.values()) {
      lengths.put(priority, 0);
    }
    for (Waiting row : line.waiting()) {
      lengths.merge(Ranks.priority(row.priority()), 1, Integer::sum);
    }
    return lengths;
  }

  int length() {
    return line.waiting().size();
  }

  /** Reads the line again and tells the new places of those who are watched. */
  List<Waiting> refresh() {
    Line before = line;
    Line now = Line.of(dao.line(MOST_ROWS));
    line = now;
    List<String> ids = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    for (Waiting row : now.waiting()) {
      Integer place = now.place(row.id());
      if (place != null
          && !place.equals(before.place(row.id()))
          && watched.test(row.id(), row.userId())) {
        ids.add(row.id());
        places.add(place);
      }
    }
    if (!ids.isEmpty()) {
      for (Generation g :
          dao.announce(ids.toArray(String[]::new), places.toArray(Integer[]::new))) {
        Integer place = now.place(g.id());
        announcer.moved(g, place == null ? 1 : place);
      }
    }
    return now.waiting();
  }
}
