package com.jadariselabs.video.generation;

import com.jadariselabs.video.generation.GenerationDao.Waiting;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The line of those who wait and may be served, as PostgreSQL knew it a moment ago. Immutable.
 *
 * @param waiting in the order of service
 * @param places 1 for the first
 */
record Line(List<Waiting> waiting, Map<String, Integer> places) {
  static final Line EMPTY = new Line(List.of(), Map.of());

  /** Numbers the rows in their order; those that wait behind their own user's jobs come last. */
  static Line of(List<Waiting> rows) {
    Map<String, Integer> places = new HashMap<>(rows.size() * 2);
    for (boolean delivered : new boolean[] {true, false}) {
      for (Waiting row : rows) {
        if (row.delivered() == delivered) {
          places.put(row.id(), places.size() + 1);
        }
      }
    }
    return new Line(rows, places);
  }

  @Nullable Integer place(String id) {
    return places.get(id);
  }
}
