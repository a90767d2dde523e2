package com.jadariselabs.video.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.testing.Breakpoint;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A process ends, or stands still for longer than its lease, exactly there: at each named point of
 * a submission and of a generation's way, while users submit and cancel. Then the audit. {@code
 * -Dchaos.seed} repeats the choice of the occasions.
 */
class NamedPointsIT {
  private static final long SEED = Long.getLong("chaos.seed", System.nanoTime() % 1_000_000);
  private static final Duration PATIENCE = Duration.ofSeconds(45);
  private static final int LONGER_THAN_THE_LEASE_MILLIS = 3_000;

  @TempDir Path directory;

  /** What happens there. */
  enum End {
    KILL,
    FREEZE
  }

  /** The points, in the order of a generation's life. */
  private enum Point {
    BEFORE_THE_CHARGE("generation.SubmissionSql", "charge"),
    CHARGED_AND_NOBODY_KNOWS("generation.Announcer", "queued"),
    BEFORE_THE_BELL("queue.Queue", "ring"),
    BEFORE_THE_ANSWER("generation.Receipts", "accepted"),
    BEFORE_THE_CLAIM("generation.Transitions", "claim"),
    CLAIMED_AND_NOBODY_KNOWS("generation.Announcer", "started"),
    ENHANCED("pipeline.Creation", "create"),
    ATTEMPT_ON_RECORD("replicate.Replicate", "create"),
    CREATED_AND_NOT_SAVED("pipeline.Creation", "made"),
    PREDICTION_SAVED("generation.Attempts", "held"),
    FOLLOWED("pipeline.GenerationPipeline", "seen"),
    PROGRESS_SAVED("generation.Transitions", "told"),
    MODEL_DONE("pipeline.Collection", "collect"),
    BEFORE_THE_DOWNLOAD("replicate.Replicate", "download"),
    DOWNLOADED("pipeline.Collection", "keep"),
    BEFORE_THE_RENAME("storage.LocalStorage", "moveInto"),
    STORED("generation.Transitions", "completed"),
    ENDED_AND_NOBODY_KNOWS("generation.Announcer", "ended"),
    BEFORE_IT_FAILS("generation.Transitions", "failed"),
    BEFORE_ANOTHER_ATTEMPT("generation.Transitions", "retry"),
    WAITS_FOR_ANOTHER_ATTEMPT("generation.Announcer", "retrying"),
    BEFORE_THE_CANCEL("generation.Generations", "cancel"),
    BEFORE_THE_PROVIDER_HEARS_OF_THE_CANCEL("replicate.Replicate", "cancel"),
    BEFORE_THE_ATTEMPT_IS_SETTLED("generation.Attempts", "over");

    private final String className;
    private final String method;

    Point(String className, String method) {
      this.className = className;
      this.method = method;
    }
  }

  @ParameterizedTest
  @EnumSource
  void every_point_is_a_method_of_the_service(Point point) throws Exception {
    Class<?> type = Class.forName("com.jadariselabs.video." + point.className);
    assertThat(type.getDeclaredMethods()).extracting(Method::getName).contains(point.method);
  }

  @Tag("chaos")
  @ParameterizedTest
  @EnumSource
  void nothing_is_lost_and_nothing_is_paid_twice_at_any_point(End end) throws Exception {
    Random random = new Random(SEED);
    List<Point> missed = new ArrayList<>();
    try (Scene scene = new Scene(directory)) {
      int port = scene.first.debuggable();
      scene.started();
      try (Traffic traffic = scene.traffic(SEED)) {
        for (Point point : Point.values()) {
          try (Breakpoint here =
              new Breakpoint(port, point.className, point.method, random.nextInt(3))) {
            if (!here.awaitHit(PATIENCE)) {
              missed.add(point);
              System.out.println(end + " " + point + ": not reached");
              continue;
            }
            if (end == End.KILL) {
              scene.first.process().kill();
            } else {
              Traffic.pause(LONGER_THAN_THE_LEASE_MILLIS);
            }
          }
          if (end == End.KILL) {
            port = scene.first.debuggable();
            scene.first.start();
          }
          traffic.awaitMotion(end + " at " + point, traffic.now(), PATIENCE);
          System.out.println(end + " " + point + ": survived");
        }
        assertThat(missed).as("points that were not reached").isEmpty();
        scene.endAndAudit(traffic, end == End.KILL ? Point.values().length : 0);
        System.out.printf(
            "%s at %d points (%s): %s, seed %d%n",
            end, Point.values().length, Arrays.toString(Point.values()), traffic.summary(), SEED);
      }
    }
  }
}
