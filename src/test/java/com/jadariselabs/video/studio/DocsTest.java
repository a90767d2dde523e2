package com.jadariselabs.video.studio;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The page of the API in a real browser, against the running service. */
@ExtendWith(Stage.class)
final class DocsTest {
  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

  @Test
  void the_api_is_read_and_tried_by_whoever_is_signed_in() {
    try (Visit visit = Stage.visit()) {
      visit.signIn("grace", "pro");
      visit.open("/docs");
      Page page = visit.page();
      assertThat(page.getByText("You are signed in as grace")).isVisible();

      search(page).fill("readMe");
      Locator me = opened(page, "Account-readMe");
      assertThat(executed(me)).containsText("200");
      assertThat(executed(me)).containsText("\"user_id\": \"grace\"");
      assertThat(me.locator(".curl-command pre")).containsText("'Authorization: Bearer …'");
      visit.look("docs", view -> {});

      search(page).fill("submit");
      assertThat(me).hasCount(0);
      Locator submit = opened(page, "Generations-submitGeneration");
      assertThat(submit.locator(".opblock-description code")).hasText("validation_failed");
      Locator body = submit.getByRole(AriaRole.TEXTBOX, inside("Body"));
      assertThat(body).hasValue(Pattern.compile("\"prompt\": \"A majestic lion"));
      assertThat(executed(submit)).containsText("202");
      body.fill("{\"prompt\": 7}");
      assertThat(executed(submit)).containsText("malformed_request");
      assertThat(executed(submit)).containsText("400");
      assertThat(visit.barriers()).isEmpty();
      // Chromium counts a refusal as an error of the page; it is what was asked for.
      assertThat(visit.complaints()).filteredOn(words -> !words.contains("400")).isEmpty();
      assertThat(visit.requests())
          .allMatch(request -> request.split(" ")[1].startsWith(Stage.url().toString()));
    }
  }

  @Test
  void every_operation_is_listed_and_unfolds_and_a_stranger_is_shown_the_way_in()
      throws IOException {
    try (Visit visit = Stage.visit()) {
      visit.open("/docs");
      Page page = visit.page();
      assertThat(page.getByText("Nobody is signed in.")).isVisible();
      assertThat(page.getByRole(AriaRole.LINK, Visit.named("Sign in at the Studio")))
          .hasAttribute("href", "/");
      assertThat(page.locator(".opblock[id^=operations-]:not([id*=webhook])"))
          .hasCount(operations());
      page.evaluate(
          "document.querySelectorAll('.opblock-summary-control').forEach((e) => e.click())");
      assertThat(page.locator(".opblock .responses-table:not(.live-responses-table)"))
          .hasCount(page.locator(".opblock").count());
      assertThat(visit.complaints()).isEmpty();
    }
  }

  private static int operations() throws IOException {
    try (InputStream in = Stage.url().resolve("/api/openapi.json").toURL().openStream()) {
      int count = 0;
      for (JsonNode path : new ObjectMapper().readTree(in).path("paths")) {
        count += (int) path.properties().stream().filter(e -> METHODS.contains(e.getKey())).count();
      }
      return count;
    }
  }

  private static Locator search(Page page) {
    return page.getByRole(AriaRole.SEARCHBOX, Visit.named("Search"));
  }

  private static Locator opened(Page page, String operation) {
    Locator found = page.locator("#operations-" + operation);
    found.locator(".opblock-summary-control").click();
    return found;
  }

  /** What came back. */
  private static Locator executed(Locator operation) {
    operation.getByRole(AriaRole.BUTTON, inside("Execute")).click();
    return operation.locator(".live-responses-table tbody");
  }

  private static Locator.GetByRoleOptions inside(String name) {
    return new Locator.GetByRoleOptions().setName(name);
  }
}
