package com.jadariselabs.video.studio;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.testing.Instance;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The Studio's way in where Supabase Auth keeps the users, with a stand-in for that. */
@ExtendWith(Stage.class)
final class SupabaseSignInTest {
  private static final String CONFIG =
      """
      {"local":false,"sandbox":true,"supabase_url":"%s/supabase","supabase_anon_key":"publishable"}
      """;

  /** The first lasts for less than the page wants, so that it is renewed at once. */
  private static final String GRANTED =
      """
      {"access_token":"%s","token_type":"bearer","expires_in":%d,"refresh_token":"refresh-%d",
       "user":{"id":"lovelace","email":"lovelace@example.com"}}
      """;

  private final List<String> asked = new ArrayList<>();
  private boolean revoked;

  @Test
  void a_session_of_supabase_is_opened_renewed_kept_over_a_reload_and_ended() {
    try (Visit visit = new Visit(Stage.browser(), Stage.url(), 1440, 900, this::standIn)) {
      Page page = visit.page();
      assertThat(page.getByRole(AriaRole.TEXTBOX, Visit.named("Name"))).hasCount(0);
      assertThat(visit.barriers()).isEmpty();
      signIn(page, "wrong");
      assertThat(page.getByRole(AriaRole.ALERT)).containsText("Invalid login credentials");
      signIn(page, "right");
      assertThat(visit.connection()).hasText("live");
      assertThat(visit.credits()).hasText("1000");
      assertThat(page.getByText("lovelace@example.com")).isVisible();
      page.reload();
      assertThat(visit.connection()).hasText("live");
      assertThat(asked)
          .containsExactly("password wrong", "password right", "refresh_token refresh-1");

      page.evaluate(EXPIRE);
      revoked = true;
      page.reload();
      assertThat(page.getByText("Your session has ended")).isVisible();
      revoked = false;
      signIn(page, "right");
      assertThat(visit.connection()).hasText("live");
      page.getByRole(AriaRole.BUTTON, Visit.named("Sign out")).click();
      assertThat(page.getByRole(AriaRole.TEXTBOX, Visit.named("E-mail"))).isVisible();
      page.waitForCondition(() -> asked.contains("logout"));
      assertThat(page.evaluate("localStorage.getItem('studio.session')")).isNull();
    }
  }

  /** As if the page were opened again an hour later. */
  private static final String EXPIRE =
      """
      () => {
        const session = JSON.parse(localStorage.getItem('studio.session'));
        localStorage.setItem('studio.session', JSON.stringify({ ...session, expires: 1 }));
      }
      """;

  private static void signIn(Page page, String password) {
    page.getByRole(AriaRole.TEXTBOX, Visit.named("E-mail")).fill("lovelace@example.com");
    page.getByLabel("Password").fill(password);
    page.getByRole(AriaRole.BUTTON, Visit.named("Sign in")).click();
  }

  private void standIn(Page page) {
    page.route("**/api/studio/config", route -> answer(route, 200, CONFIG.formatted(Stage.url())));
    page.route("**/supabase/auth/v1/**", this::auth);
  }

  private void auth(Route route) {
    String url = route.request().url();
    String body = String.valueOf(route.request().postData());
    assertThat(route.request().headers()).containsEntry("apikey", "publishable");
    if (url.endsWith("/logout")) {
      asked.add("logout");
      answer(route, 204, "");
      return;
    }
    String grant = url.substring(url.indexOf("grant_type=") + "grant_type=".length());
    String given = body.replaceAll(".*\"(?:password|refresh_token)\":\"([^\"]*)\".*", "$1");
    asked.add(grant + " " + given);
    if (given.equals("wrong")) {
      answer(
          route, 400, "{\"code\":\"invalid_credentials\",\"msg\":\"Invalid login credentials\"}");
    } else if (revoked) {
      answer(
          route, 400, "{\"code\":\"refresh_token_not_found\",\"msg\":\"Invalid Refresh Token\"}");
    } else {
      int seconds = grant.equals("password") ? 30 : 3600;
      String token = Instance.token("lovelace", "pro", false);
      answer(route, 200, GRANTED.formatted(token, seconds, asked.size() - 1));
    }
  }

  private static void answer(Route route, int status, String json) {
    route.fulfill(
        new Route.FulfillOptions()
            .setStatus(status)
            .setContentType("application/json")
            .setBody(json));
  }
}
