package com.jadariselabs.video.studio;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The operators' page in a real browser, against the running service. */
@ExtendWith(Stage.class)
final class OperationsTest {
  @Test
  void an_operator_sees_what_fails_why_and_runs_it_again() {
    try (Visit visit = Stage.visit()) {
      visit.signIn("ushant", "pro");
      visit.choice("Model").selectOption("wan2");
      visit.duration().fill("1");
      Locator made = visit.generate("A storm off Ushant [[fail]]");
      assertThat(made).hasAttribute("data-status", "failed");
      made.getByText("Details").click();
      assertThat(made).containsText("Attempt 1: ");
      visit.open("/ops");
      assertThat(visit.page().getByText("You are signed in as ushant, who is not an admin"))
          .isVisible();
      visit.page().getByRole(AriaRole.TEXTBOX, Visit.named("Name")).fill("root");
      button(visit, "Sign in as an admin").click();
      assertThat(visit.connection()).hasText("live");

      Locator storm = visit.page().locator(".case").filter(having("A storm off Ushant"));
      assertThat(storm).isVisible();
      storm.getByRole(AriaRole.BUTTON, inside("Attempts")).click();
      assertThat(storm.getByRole(AriaRole.ROW).nth(1)).containsText("out_of_memory");
      assertThat(figures(visit, "Why attempts failed")).containsText("out_of_memory");
      assertThat(visit.page().locator(".tile.bad").first()).containsText("Failed within the hour");

      button(visit, "Pause the queue").click();
      assertThat(visit.page().getByText("The queue is paused")).isVisible();
      storm.getByRole(AriaRole.BUTTON, inside("Retry")).click();
      assertThat(storm).hasCount(0);
      assertThat(figures(visit, "Queues").getByRole(AriaRole.ROW).nth(1))
          .containsText(Pattern.compile("High \\(Pro\\)\\s*[1-9]"));
      tablesTellWhatChartsShow(visit);

      visit.page().getByRole(AriaRole.TEXTBOX, Visit.named("User id")).fill("ushant");
      button(visit, "Look up").click();
      visit.page().getByRole(AriaRole.SPINBUTTON, Visit.named("Credits to give")).fill("25");
      visit.page().getByRole(AriaRole.TEXTBOX, Visit.named("Reason")).fill("goodwill");
      button(visit, "Book").click();
      assertThat(visit.page().getByText("Booked. The balance is 1,024.")).isVisible();
      button(visit, "Suspend").click();
      assertThat(visit.page().getByText("The account is suspended.")).isVisible();
      button(visit, "Activate").click();
      assertThat(visit.page().getByRole(AriaRole.REGION, Visit.named("Audit log")).first())
          .containsText("user.credits");
      button(visit, "Resume the queue").click();
      assertThat(visit.page().getByText("The queue is running.")).isVisible();
      visit.look("ops", view -> {});
      visit.page().getByRole(AriaRole.COMBOBOX, Visit.named("Language")).selectOption("fr");
      assertThat(visit.page().getByText("La file avance.")).isVisible();
      assertThat(visit.complaints()).isEmpty();
    }
  }

  private static void tablesTellWhatChartsShow(Visit visit) {
    Locator waiting = visit.page().getByRole(AriaRole.ARTICLE, Visit.named("Waiting by queue"));
    waiting.getByText("As a table").click();
    assertThat(waiting.getByRole(AriaRole.COLUMNHEADER))
        .hasText(List.of("Time", "High", "Normal", "Low").toArray(String[]::new));
    assertThat(waiting.getByRole(AriaRole.ROW).nth(1)).isVisible();
    assertThat(visit.page().locator(".plot canvas")).hasCount(10);
  }

  private static Locator figures(Visit visit, String title) {
    return visit
        .page()
        .locator("section.figures")
        .filter(
            new Locator.FilterOptions()
                .setHas(visit.page().getByRole(AriaRole.HEADING, Visit.named(title))));
  }

  private static Locator button(Visit visit, String name) {
    return visit.page().getByRole(AriaRole.BUTTON, Visit.named(name));
  }

  private static Locator.FilterOptions having(String words) {
    return new Locator.FilterOptions().setHasText(words);
  }

  private static Locator.GetByRoleOptions inside(String name) {
    return new Locator.GetByRoleOptions().setName(name);
  }
}
