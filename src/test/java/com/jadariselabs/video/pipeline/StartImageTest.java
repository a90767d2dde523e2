package com.jadariselabs.video.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.testing.House;
import com.jadariselabs.video.testing.Pictures;
import com.jadariselabs.video.testing.Servers;
import java.nio.ByteBuffer;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way of a start image: fetched once, looked at, kept, passed on. */
class StartImageTest {
  private static House house;
  private Bench bench;
  private Pictures pictures;

  @BeforeAll
  static void build() {
    house = new House();
  }

  @AfterAll
  static void tearDown() {
    house.close();
  }

  @BeforeEach
  void open() throws Exception {
    bench = new Bench(house);
    pictures = new Pictures();
  }

  @AfterEach
  void close() throws Exception {
    bench.close();
    pictures.close();
  }

  @Test
  void it_is_kept_and_passed_on_as_the_bytes_that_were_looked_at() {
    byte[] png = Pictures.png(64, 36);
    Generation g = bench.runToEnd(withImage(pictures.shows(png).url()));
    assertThat(g.status()).isEqualTo("completed");
    assertThat(g.imageKey()).startsWith(g.id()).endsWith("/start.png");
    assertThat(bench.provider().made().get(0).input())
        .containsEntry("image", "data:image/png;base64," + Base64.getEncoder().encodeToString(png));
    assertThat(bench.leftovers()).isEmpty();
    bench.assertSettled(g.id());
  }

  @Test
  void it_is_fetched_once_for_all_attempts_and_a_change_behind_its_address_is_of_no_account() {
    bench.provider().failNext("CUDA out of memory (E1001)");
    String id = withImage(pictures.url());
    Work work = bench.on(bench.claim(id));
    assertThat(work.step()).isEqualTo(Step.ENHANCE);
    pictures.shows(Pictures.png(1, 1));
    bench.finish(work);
    Generation g = bench.runToEnd(id);
    assertThat(g.attempts()).isEqualTo(2);
    assertThat(pictures.asked()).isEqualTo(1);
    assertThat(bench.provider().made()).hasSize(2);
    assertThat(bench.provider().made().get(1).input().get("image"))
        .isEqualTo(bench.provider().made().get(0).input().get("image"));
  }

  @Test
  void a_worker_that_dies_before_it_is_written_down_leaves_it_to_be_fetched_again() {
    String id = withImage(pictures.url());
    Work lost = bench.claim(id);
    bench.abandon(id);
    Work taken = bench.claim(id);
    assertThat(bench.once(lost)).isInstanceOf(Next.Done.class);
    assertThat(bench.files(id)).isEmpty();
    bench.finish(taken);
    assertThat(bench.row(id).status()).isEqualTo("completed");
    assertThat(pictures.asked()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 401, 403, 404, 410, 204})
  void an_address_that_does_not_show_it_is_final_and_refunded(int status) {
    Generation g = bench.runToEnd(withImage(pictures.answers(status).url()));
    assertFailed(g, "image_refused", 1);
    assertThat(pictures.asked()).isEqualTo(1);
  }

  @Test
  void a_server_in_trouble_is_asked_again_with_the_next_attempts() {
    assertFailed(bench.runToEnd(withImage(pictures.answers(503).url())), "image_unreachable", 3);
    String nowhere = "http://127.0.0.1:" + Servers.freePort() + "/lion.png";
    assertFailed(bench.runToEnd(withImage(nowhere)), "image_unreachable", 3);
  }

  @Test
  void what_is_no_picture_is_refused_whatever_its_server_calls_it() {
    assertFailed(
        bench.runToEnd(withImage(pictures.shows(new byte[999]).url())), "image_invalid", 1);
  }

  @Test
  void too_many_bytes_or_pixels_are_refused() {
    pictures.shows(new byte[3 << 20]);
    assertFailed(bench.runToEnd(withImage(pictures.url())), "image_too_large", 1);
    byte[] bomb = Pictures.png(1, 1);
    ByteBuffer.wrap(bomb).putInt(16, 60_000).putInt(20, 60_000);
    pictures.shows(bomb);
    assertFailed(bench.runToEnd(withImage(pictures.url())), "image_too_large", 1);
  }

  @Test
  void
      what_neither_fits_into_the_request_nor_has_an_address_that_the_provider_reaches_is_refused() {
    byte[] large = Pictures.noise(700, 700);
    assertThat(large).hasSizeBetween(256 << 10, 2 << 20);
    String id = withImage(pictures.shows(large).url());
    assertFailed(bench.runToEnd(id), "image_too_large", 1);
    assertThat(bench.files(id)).isEmpty();
  }

  private String withImage(String url) {
    String id = bench.accepted().id();
    bench.sql("UPDATE generations SET model = 'gen45', image_url = '%s' WHERE id = '%s'", url, id);
    return id;
  }

  private void assertFailed(Generation g, String code, int attempts) {
    assertThat(g.status()).isEqualTo("failed");
    assertThat(g.errorCode()).isEqualTo(code);
    assertThat(g.attempts()).isEqualTo(attempts);
    assertThat(g.creditsRefunded()).isEqualTo(g.creditsCharged());
    assertThat(bench.provider().made()).isEmpty();
    assertThat(bench.leftovers()).isEmpty();
  }
}
