package com.jadariselabs.video.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.generation.Attempt;
import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.generation.Status;
import com.jadariselabs.video.testing.FakeProvider.Call;
import com.jadariselabs.video.testing.Fault;
import com.jadariselabs.video.testing.House;
import com.jadariselabs.video.testing.Ledgers;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What can be wrong with an output, and with where it is kept. */
class OutputTest {
  private static House house;
  private Bench bench;

  @BeforeAll
  static void open() {
    house = new House();
  }

  @AfterAll
  static void audit() {
    Ledgers.assertSound(house.jdbi());
    house.close();
  }

  @BeforeEach
  void begin() {
    bench = new Bench(house);
  }

  @AfterEach
  void end() {
    bench.close();
  }

  @Test
  void an_output_that_is_gone_is_refunded() {
    bench.provider().always(Call.OUTPUT, Fault.status(404));
    assertFailed("output_expired");
  }

  @Test
  void an_output_at_a_foreign_host_is_not_fetched() {
    bench.provider().outputsAt(address -> "https://example.com/video.mp4");
    assertFailed("output_refused");
  }

  @Test
  void an_output_that_leads_elsewhere_is_not_followed() {
    bench.provider().always(Call.OUTPUT, Fault.redirect("http://127.0.0.2/video.mp4"));
    assertFailed("output_refused");
  }

  @Test
  void an_output_larger_than_allowed_is_refunded() {
    bench.provider().always(Call.OUTPUT, Fault.endless());
    assertFailed("output_too_large");
    assertThat(bench.leftovers()).isEmpty();
  }

  @Test
  void what_is_no_video_is_another_attempt() {
    bench.provider().next(Call.OUTPUT, Fault.answer(200, Map.of(), "<html>not a video</html>"));
    Generation g = bench.runToEnd(bench.accepted().id());
    assertThat(g.state()).isEqualTo(Status.COMPLETED);
    assertThat(bench.attempts(g.id()))
        .extracting(Attempt::errorCode)
        .containsExactly("invalid_output", null);
    assertThat(bench.files(g.id())).hasSize(2);
  }

  @Test
  void a_model_that_gives_nothing_is_another_attempt() {
    bench.provider().outputsAt(address -> "nothing");
    Generation g = bench.accepted();
    bench.finish(bench.claim(g.id()));
    assertThat(bench.attempts(g.id()).get(0).errorCode()).isEqualTo("invalid_output");
  }

  @Test
  void a_download_that_breaks_off_is_fetched_again_without_another_prediction() {
    bench
        .provider()
        .next(Call.OUTPUT, Fault.truncate(), Fault.status(503), Fault.drop(), Fault.status(500));
    Generation g = bench.runToEnd(bench.accepted().id());
    assertThat(g.state()).isEqualTo(Status.COMPLETED);
    assertThat(g.attempts()).isEqualTo(1);
    assertThat(bench.provider().made()).hasSize(1);
  }

  @Test
  void a_storage_that_is_out_of_order_is_waited_for_without_another_prediction() {
    Generation g = bench.accepted();
    Work work = bench.until(Step.COLLECT, g.id());
    bench.shelf().broken(true);
    for (int i = 0; i < 4; i++) {
      work = bench.on(work);
      assertThat(work.step()).isEqualTo(Step.COLLECT);
    }
    assertThat(work.tries()).isEqualTo(4);
    bench.shelf().broken(false);
    bench.finish(work);
    assertThat(bench.row(g.id()).state()).isEqualTo(Status.COMPLETED);
    assertThat(bench.row(g.id()).attempts()).isEqualTo(1);
    assertThat(bench.provider().made()).hasSize(1);
    assertThat(bench.leftovers()).isEmpty();
  }

  @Test
  void a_storage_that_does_not_come_back_within_the_hour_is_refunded() {
    Generation g = bench.accepted();
    Work work = bench.until(Step.COLLECT, g.id());
    bench.shelf().broken(true);
    work = bench.on(work);
    bench.clock().step(Duration.ofMinutes(56));
    bench.finish(work);
    assertThat(bench.row(g.id()).errorCode()).isEqualTo("storage_unavailable");
    assertThat(bench.balance(g)).isEqualTo(House.START_CREDITS);
    assertThat(bench.files(g.id())).isEmpty();
    bench.assertToldInOrder(g.id());
  }

  @Test
  void files_stored_while_the_database_was_away_do_not_outlive_a_lost_lease() {
    Generation g = bench.accepted();
    Work work = bench.until(Step.COLLECT, g.id());
    bench.shelf().meanwhile(() -> bench.sql("ALTER TABLE generations RENAME TO away"));
    work = bench.on(work);
    bench.sql("ALTER TABLE away RENAME TO generations");
    assertThat(bench.files(g.id())).hasSize(2);

    bench.unsettledFiles().settle();
    assertThat(bench.files(g.id())).as("its lease still holds").hasSize(2);

    Generation done = bench.runToEndAfterAbandon(g.id());
    assertThat(done.state()).isEqualTo(Status.COMPLETED);
    assertThat(bench.files(g.id())).hasSize(4);
    bench.unsettledFiles().settle();
    assertThat(bench.files(g.id()))
        .hasSize(2)
        .anyMatch(file -> file.toString().endsWith(String.valueOf(done.videoKey())));
    assertThat(bench.once(work)).isInstanceOf(Next.Done.class);
    assertThat(bench.files(g.id())).hasSize(2);
  }

  @Test
  void an_end_is_counted_once_though_its_files_are_looked_at_before_its_writer_knows() {
    Generation g = bench.accepted();
    double before = successes();
    house
        .hub()
        .listen(
            event -> {
              if (event.generationId().equals(g.id()) && event.event().terminal()) {
                bench.unsettledFiles().settle();
              }
            });
    assertThat(bench.runToEnd(g.id()).state()).isEqualTo(Status.COMPLETED);
    bench.unsettledFiles().settle();
    assertThat(successes() - before).isEqualTo(1);
    bench.assertToldInOrder(g.id());
  }

  private static double successes() {
    return house
        .registry()
        .getSampleValue(
            "video_queue_jobs_total", new String[] {"status"}, new String[] {"success"});
  }

  private void assertFailed(String code) {
    Generation g = bench.runToEnd(bench.accepted().id());
    assertThat(g.state()).isEqualTo(Status.FAILED);
    assertThat(g.errorCode()).isEqualTo(code);
    assertThat(g.attempts()).isEqualTo(1);
    assertThat(bench.balance(g)).isEqualTo(House.START_CREDITS);
    assertThat(bench.files(g.id())).isEmpty();
    bench.assertToldInOrder(g.id());
    bench.assertSettled(g.id());
  }
}
