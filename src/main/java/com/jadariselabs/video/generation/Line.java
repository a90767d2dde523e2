package com.jadariselabs.video.generation;

import com.jadariselabs.video.generation.GenerationDao.Waiting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The line of those who wait and may be served, as PostgreSQL knew it a moment ago. Immutable.
 *
 * @param waiting in the order of priority and age
 * @param places in the order of service, 1 for the first
 */
record Line(List<Waiting> waiting, Map<String, Integer> places) {
  static final Line EMPTY = new Line(List.of(), Map.of());

  private record Outside(Waiting row, int turn) {}

  /**
   * Numbers the rows of each delivery queue in their order. Those outside come after those inside;
   * as each user's next one enters when one of that user's leaves, they come by turns.
   */
  static Line of(List<Waiting> rows) {
    Map<String, Integer> places = new HashMap<>(rows.size() * 2);
    int start = 0;
    for (int end = 1; end <= rows.size(); end++) {
      if (end == rows.size() || queue(rows.get(end)) != queue(rows.get(start))) {
        number(rows.subList(start, end), places);
        start = end;
      }
    }
    return new Line(rows, places);
  }

  private static void number(List<Waiting> queue, Map<String, Integer> places) {
    List<Outside> outside = new ArrayList<>();
    Map<String, Integer> turns = new HashMap<>();
    for (Waiting row : queue) {
      if (row.delivered()) {
        places.put(row.id(), places.size() + 1);
      } else {
        outside.add(new Outside(row, turns.merge(row.userId(), 1, Integer::sum)));
      }
    }
    outside.sort(Comparator.comparingInt(Outside::turn));
    for (Outside each : outside) {
      places.put(each.row().id(), places.size() + 1);
    }
  }

  private static int queue(Waiting row) {
    return row.aged() ? -1 : row.priority();
  }

  @Nullable Integer place(String id) {
    return places.get(id);
  }
}
