package com.jadariselabs.video.studio;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The names that the wire contract fixes, as scripts look for them: by role and by label, whole and
 * as a part of a name, on the whole page. Each is there once: a second match would stop a script,
 * or make it press the wrong button.
 */
@ExtendWith(Stage.class)
final class NamesTest {
  private static final LocatorAssertions.IsVisibleOptions PATIENTLY =
      new LocatorAssertions.IsVisibleOptions().setTimeout(20_000);

  private static final Map<String, AriaRole> ENTRANCE =
      Map.of("Name", AriaRole.TEXTBOX, "Plan", AriaRole.COMBOBOX);

  private static final Map<String, AriaRole> FORM =
      Map.of(
          "Prompt", AriaRole.TEXTBOX,
          "Model", AriaRole.COMBOBOX,
          "Duration", AriaRole.SPINBUTTON,
          "Quality", AriaRole.COMBOBOX,
          "Style", AriaRole.COMBOBOX,
          "Aspect ratio", AriaRole.COMBOBOX,
          "Generations", AriaRole.LIST,
          "Connection", AriaRole.STATUS);

  @Test
  void every_name_of_the_contract_is_found_once_from_the_first_visit_on() {
    for (int width : List.of(1440, 360)) {
      try (Visit visit = new Visit(Stage.browser(), Stage.url(), width, 800)) {
        Page page = visit.page();
        ENTRANCE.forEach((name, role) -> alone(page, role, name));
        ENTRANCE.keySet().forEach(name -> labelled(page, name));
        alone(page, AriaRole.BUTTON, "Sign in");
        visit.signIn("exact" + width, "pro");
        FORM.forEach((name, role) -> alone(page, role, name));
        FORM.keySet().forEach(name -> labelled(page, name));
        alone(page, AriaRole.BUTTON, "Generate");
        labelled(page, "Credits");
        assertThat(page.getByLabel("Credits")).hasText("1000");
        assertThat(page.getByRole(AriaRole.BUTTON, Visit.named("Cancel"))).hasCount(0);
        assertThat(visit.complaints()).isEmpty();
      }
    }
  }

  @Test
  void what_can_be_done_with_a_generation_is_found_once_on_the_whole_page() {
    try (Visit visit = Stage.visit().signIn("exactly", "pro")) {
      Page page = visit.page();
      visit.choice("Model").selectOption("wan2");
      visit.duration().fill("15");
      Locator tower = visit.generate("A tower of glass");
      alone(page, AriaRole.PROGRESSBAR, "Progress");
      alone(page, AriaRole.BUTTON, "Cancel");
      page.getByRole(AriaRole.BUTTON, Visit.named("Cancel")).click();
      assertThat(tower.getByText("Cancelled", exactly())).isVisible(PATIENTLY);
      assertThat(tower.getByText("refunded")).isVisible();
      alone(page, AriaRole.BUTTON, "Retry");
      visit.duration().fill("1");
      Locator boats = visit.generate("Paper boats");
      assertThat(boats.getByText("Completed", exactly())).isVisible(PATIENTLY);
      assertThat(boats.locator("video")).isVisible();
      alone(page, AriaRole.LINK, "Download");
      assertThat(page.getByRole(AriaRole.LIST, Visit.named("Generations")).locator("li"))
          .hasCount(2);
      assertThat(visit.complaints()).isEmpty();
    }
  }

  private static void alone(Page page, AriaRole role, String name) {
    for (boolean whole : List.of(true, false)) {
      assertThat(page.getByRole(role, Visit.named(name).setExact(whole))).isVisible();
    }
  }

  private static void labelled(Page page, String name) {
    for (boolean whole : List.of(true, false)) {
      assertThat(page.getByLabel(name, new Page.GetByLabelOptions().setExact(whole))).isVisible();
    }
  }

  private static Locator.GetByTextOptions exactly() {
    return new Locator.GetByTextOptions().setExact(true);
  }
}
