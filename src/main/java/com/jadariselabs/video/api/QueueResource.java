package com.jadariselabs.video.api;

import com.jadariselabs.video.catalog.Plan;
import com.jadariselabs.video.generation.Generations;
import com.jadariselabs.video.generation.QueueStats;
import com.jadariselabs.video.queue.Priority;
import com.jadariselabs.video.queue.WorkerStats;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.function.Supplier;

/** The queue as a whole (§2.6). */
@Path("/queue/stats")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed("user")
public final class QueueResource {
  private final Generations generations;
  private final Supplier<WorkerStats> workers;

  QueueResource(Generations generations, Supplier<WorkerStats> workers) {
    this.generations = generations;
    this.workers = workers;
  }

  /** How many are where. */
  @GET
  public Answer stats() {
    QueueStats stats = generations.stats();
    return new Answer(
        true,
        List.of(
            Line.of(Priority.HIGH, Plan.PRO, stats),
            Line.of(Priority.NORMAL, Plan.STARTER, stats),
            Line.of(Priority.LOW, Plan.FREE, stats)),
        stats.processing(),
        workers.get(),
        stats.completed(),
        stats.failed(),
        stats.cancelled(),
        stats.paused());
  }

  record Answer(
      boolean success,
      List<Line> queues,
      long processing,
      WorkerStats workers,
      long completed,
      long failed,
      long cancelled,
      boolean paused) {}

  record Line(String priority, String plan, long waiting, long delayed) {
    static Line of(Priority priority, Plan plan, QueueStats stats) {
      return new Line(
          priority.wireName(),
          plan.wireName(),
          stats.waiting().getOrDefault(plan, 0L),
          stats.delayed().getOrDefault(plan, 0L));
    }
  }
}
