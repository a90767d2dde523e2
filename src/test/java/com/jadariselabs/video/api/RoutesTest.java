package com.jadariselabs.video.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request is counted under that nobody has named. */
class RoutesTest {
  private final Routes routes = Routes.described();

  @ParameterizedTest
  @CsvSource({
    "/api/me, /api/me",
    "/api/me/, /api/me",
    "/api/socket/, /api/socket",
    "/api/sessions/abc, /api/sessions/{id}",
    "/api/sessions/a%2Fb/, /api/sessions/{id}",
    "/api/admin/generations/gen_1/retry, /api/admin/generations/{id}/retry",
    "/api/admin/queue/pause, /api/admin/queue/pause",
    "/api/generate/video/events, /api/generate/video/events"
  })
  void a_path_is_counted_under_its_route_with_or_without_a_slash_behind_it(
      String path, String route) {
    assertThat(routes.of(path)).contains(route);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "",
        "/api",
        "/api/",
        "/api/mee",
        "/api/me//",
        "/api/sessions//",
        "/api/sessions/a/b",
        "/api/admin/generations//retry",
        "/media/gen_1/video.mp4",
        "/api/socketx"
      })
  void any_other_path_has_no_route(String path) {
    assertThat(routes.of(path)).isEmpty();
  }

  @Test
  void its_answers_are_those_of_the_description_but_for_methods_that_are_not_its_own() {
    assertThat(routes.answers())
        .contains(
            new Routes.Answer("/api/generate/video", "POST", "202"),
            new Routes.Answer("/api/generate/video", "POST", "503"),
            new Routes.Answer("/api/sessions/{id}", "DELETE", "404"))
        .doesNotHaveDuplicates()
        .allSatisfy(
            answer -> {
              assertThat(answer.endpoint()).startsWith("/api/");
              assertThat(answer.method()).matches("[A-Z]+");
              assertThat(answer.status()).matches("[1-5]\\d\\d").isNotEqualTo("405");
            });
  }
}
