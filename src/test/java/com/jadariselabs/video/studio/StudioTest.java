package com.jadariselabs.video.studio;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Video Studio, used by a person in a real browser against the running service. */
@ExtendWith(Stage.class)
final class StudioTest {
  private static final double RENDERING_MILLIS = 20_000;
  private static final Pattern COMPLETED = Pattern.compile("Completed");
  private static final Pattern NUMBER = Pattern.compile("\\d+");
  private static final Pattern CANCELLED = Pattern.compile("Cancelled");

  @Test
  void a_person_signs_in_asks_for_a_video_watches_it_being_made_and_plays_it() {
    try (Visit visit = Stage.visit().signIn("ada", "pro")) {
      assertThat(visit.credits()).hasText("1000");
      visit.choice("Model").selectOption("wan2");
      visit.duration().fill("5");
      visit.choice("Quality").selectOption("high");
      visit.prompt().fill("A majestic lion walking in the savanna");
      assertThat(visit.page().getByText("8 credits", exactly())).isVisible();
      assertThat(visit.page().getByText("about 2 min 30 s", exactly())).isVisible();

      Locator lion = visit.generate("A majestic lion walking in the savanna");
      assertThat(visit.credits()).hasText("992");
      assertThat(lion.getByRole(AriaRole.PROGRESSBAR)).isVisible();
      int before = visit.requests().size();
      List<Integer> seen = progressUntilDone(lion);
      assertThat(seen).isSorted().hasSizeGreaterThan(1);
      assertThat(lion).containsText(COMPLETED, patiently());
      assertThat(visit.requests().subList(before, visit.requests().size()))
          .as("the bar is moved by the socket, the service is asked only for the end")
          .filteredOn(request -> request.contains("/api/generate/video"))
          .hasSizeLessThanOrEqualTo(1);

      Locator video = lion.locator("video");
      assertThat(playsOn(video)).isTrue();
      assertThat(posterLoads(video)).isTrue();
      assertThat(lion.getByRole(AriaRole.LINK, linkNamed("Download"))).isVisible();
      video.hover();
      assertThat(lion.locator(".frames button")).hasCount(4);
      assertThat(lion.evaluate(DISTINCT_FRAMES)).isEqualTo(4);
      visit.screenshot("completed");
      assertThat(visit.complaints()).isEmpty();
    }
  }

  @Test
  void a_reload_changes_nothing() {
    try (Visit visit = Stage.visit().signIn("grace", "pro")) {
      visit.choice("Model").selectOption("wan2");
      visit.duration().fill("1");
      visit
          .choice("Style")
          .selectOption(new com.microsoft.playwright.options.SelectOption().setIndex(1));
      Locator boats = visit.generate("Paper boats in the rain");
      assertThat(boats).containsText(COMPLETED, patiently());
      String style = visit.choice("Style").inputValue();
      visit.prompt().fill("A thought not yet finished");
      visit.page().reload();
      assertThat(visit.item("Paper boats in the rain")).containsText(COMPLETED);
      assertThat(visit.item("Paper boats in the rain").locator("video")).isVisible();
      assertThat(visit.prompt()).hasValue("A thought not yet finished");
      assertThat(visit.choice("Style")).hasValue(style);
      assertThat(visit.duration()).hasValue("1");
      assertThat(visit.connection()).hasText("live");
      assertThat(visit.complaints()).isEmpty();
    }
  }

  @Test
  void a_cancelled_generation_shows_what_came_back() {
    try (Visit visit = Stage.visit().signIn("alan", "pro")) {
      visit.choice("Model").selectOption("sora");
      visit.duration().fill("20");
      Locator item = visit.generate("A tower of glass, and clouds");
      assertThat(visit.credits()).hasText("940");
      visit.button(item, "Cancel").click();
      assertThat(item).containsText(CANCELLED);
      assertThat(item).containsText(Pattern.compile("\\d+ credits? refunded"));
      int refunded = number(item, "(\\d+) credits? refunded");
      assertThat(refunded).isBetween(1, 60);
      assertThat(visit.credits()).hasText(String.valueOf(940 + refunded));
      assertThat(visit.button(item, "Cancel")).hasCount(0);
      visit.page().getByRole(AriaRole.BUTTON, Visit.named("Ledger")).click();
      assertThat(visit.page().getByRole(AriaRole.DIALOG)).containsText("+" + refunded);
      visit.screenshot("ledger");
      visit.page().keyboard().press("Escape");
      assertThat(visit.page().getByRole(AriaRole.DIALOG)).hasCount(0);
      assertThat(visit.complaints()).isEmpty();
    }
  }

  @Test
  void a_page_without_a_socket_asks_instead_and_learns_what_it_missed() {
    try (Visit visit = Stage.visit().signIn("edsger", "pro")) {
      visit.choice("Model").selectOption("wan2");
      visit.duration().fill("2");
      Locator item = visit.generate("Fog over a pine valley");
      visit.page().evaluate("cutSockets()");
      assertThat(visit.connection()).hasText("reconnecting");
      visit.screenshot("reconnecting");
      assertThat(item).containsText(COMPLETED, patiently());
      assertThat(visit.connection()).hasText("reconnecting");
      visit.page().evaluate("mendSockets()");
      visit.page().evaluate("dispatchEvent(new Event('online'))");
      assertThat(visit.connection()).hasText("live");
      assertThat(visit.items()).hasCount(1);
      assertThat(visit.credits()).hasText("998");
    }
  }

  @Test
  void a_restart_of_the_service_is_a_blink_and_nothing_is_missed() {
    try (Visit visit = Stage.visit().signIn("grete", "pro")) {
      visit.choice("Model").selectOption("wan2");
      visit.duration().fill("10");
      Locator item = visit.generate("A comb jelly in deep water");
      assertThat(item.getByRole(AriaRole.PROGRESSBAR)).hasAttribute("aria-valuenow", NUMBER);
      visit.page().evaluate(WATCH_ALONG, item.getAttribute("data-id"));
      Stage.service().stop();
      assertThat(visit.connection()).hasText("reconnecting");
      assertThat(item.getByRole(AriaRole.PROGRESSBAR)).isVisible();
      Stage.service().start();
      assertThat(item).containsText(COMPLETED, patiently());
      assertThat(visit.connection()).hasText("live");
      assertThat(visit.items()).hasCount(1);
      assertThat(visit.page().evaluate("watching.then(() => ends)"))
          .isEqualTo(List.of("job:completed"));
      assertThat(visit.complaints())
          .as("besides that there was nobody to connect to")
          .allMatch(complaint -> complaint.contains("ERR_CONNECTION_REFUSED"));
    }
  }

  /** Somebody's script on the same page; it is lost if the page is loaded anew. */
  private static final String WATCH_ALONG =
      """
      async (id) => {
        const { VideoClient } = await import('/client/video-client.js');
        const { token } = JSON.parse(localStorage.getItem('studio.session'));
        window.ends = [];
        const onEvent = ({ event, terminal }) => terminal && ends.push(event);
        window.watching = new VideoClient({ token }).watch(id, { onEvent }).finished;
      }
      """;

  @Test
  void a_form_that_cannot_be_sent_says_why() {
    try (Visit visit = Stage.visit().signIn("barbara", "free")) {
      assertThat(visit.generate()).isDisabled();
      assertThat(visit.page().getByText("Write a prompt first.")).isVisible();
      visit.prompt().fill("🦁".repeat(1001));
      assertThat(visit.page().getByText("1001 / 1000")).isVisible();
      assertThat(visit.generate()).isDisabled();
      visit.prompt().fill("🦁".repeat(1000));
      assertThat(visit.generate()).isEnabled();
      visit.choice("Model").selectOption("sora");
      visit.duration().fill("30");
      assertThat(visit.page().getByText("This costs 90 credits; you have 50.")).isVisible();
      assertThat(visit.generate()).isDisabled();
      visit.duration().fill("31");
      assertThat(visit.duration()).hasAttribute("aria-invalid", "true");
      visit.choice("Model").selectOption("wan2");
      assertThat(visit.duration()).hasValue("15");
      assertThat(visit.generate()).isEnabled();
      assertThat(visit.items()).hasCount(0);
      assertThat(visit.complaints()).isEmpty();
    }
  }

  @Test
  void what_is_wrong_with_a_folded_field_is_said_in_sight() {
    try (Visit visit = Stage.visit().signIn("fold", "pro")) {
      visit.choice("Model").selectOption("kling3");
      Locator options = visit.page().getByText("More options");
      options.click();
      visit.page().getByRole(AriaRole.TEXTBOX, Visit.named("Start image")).fill("http://a/b.png");
      options.click();
      visit.prompt().fill("A door that opens");
      visit.generate().click();
      Locator complaint = visit.page().locator("#image_url-wrong");
      assertThat(complaint).isVisible();
      visit.page().getByRole(AriaRole.TEXTBOX, Visit.named("Start image")).fill("");
      assertThat(complaint).hasCount(0);
    }
  }

  @Test
  void a_video_of_another_host_is_kept_without_leaving_the_page() {
    try (Visit visit = Stage.visit()) {
      assertThat(
              visit
                  .page()
                  .evaluate(
                      """
                      async () => {
                        const { kept } = await import('/js/media.js');
                        return [
                          '/media/gen_1/video.mp4?sig=a',
                          'https://cdn.example/media/gen_1/video.mp4?sig=a',
                          'https://x.supabase.co/storage/v1/object/sign/videos/a.mp4?token=t',
                          'https://s3.example/bucket/a.mp4?X-Amz-Signature=a%2Bb',
                        ].map((url) => kept(url, 'A fox.mp4')).map(({ href, target }) => `${href} ${target ?? ''}`);
                      }
                      """))
          .isEqualTo(
              List.of(
                  "/media/gen_1/video.mp4?sig=a ",
                  "https://cdn.example/media/gen_1/video.mp4?sig=a&download=1 ",
                  "https://x.supabase.co/storage/v1/object/sign/videos/a.mp4?token=t"
                      + "&download=A%20fox.mp4 ",
                  "https://s3.example/bucket/a.mp4?X-Amz-Signature=a%2Bb _blank"));
    }
  }

  @Test
  void who_looks_elsewhere_is_told_and_a_rolled_seed_is_used_once_unless_it_is_kept() {
    try (Visit visit = new Visit(Stage.browser(), Stage.url(), 1440, 900, StudioTest::notified)) {
      visit.signIn("radia", "pro");
      visit.page().getByRole(AriaRole.BUTTON, Visit.named("Notify me")).click();
      visit.page().evaluate(LOOK_AWAY);
      visit.choice("Model").selectOption("wan2");
      visit.duration().fill("1");
      visit.page().locator(".more > summary").click();
      Locator seed = visit.page().getByRole(AriaRole.TEXTBOX, Visit.named("Seed"));
      visit.page().getByRole(AriaRole.BUTTON, Visit.named("Roll the dice")).click();
      assertThat(seed).hasValue(NUMBER);
      Locator item = visit.generate("A spanning tree");
      assertThat(seed).hasValue("");
      assertThat(item).containsText(COMPLETED, patiently());
      assertThat(visit.page()).hasTitle("(1) Video Studio");
      assertThat(visit.page().evaluate("noticed"))
          .isEqualTo(List.of("Your video is ready: A spanning tree"));
      seed.fill("42");
      Locator second = visit.generate("A second spanning tree");
      assertThat(seed).hasValue("42");
      assertThat(second).containsText(COMPLETED, patiently());
      assertThat(visit.complaints()).isEmpty();
    }
  }

  private static final String LOOK_AWAY =
      "() => Object.defineProperty(document, 'hidden', { value: true })";

  /** Somebody who grants what is asked for once; what they are told is written down. */
  private static void notified(Page page) {
    page.addInitScript(
        """
        window.noticed = [];
        window.Notification = class Notification {
          static permission = 'default';
          static async requestPermission() {
            return (this.permission = 'granted');
          }
          constructor(title, { body }) {
            if (Notification.permission === 'granted') noticed.push(body);
          }
        };
        """);
  }

  @ParameterizedTest
  @ValueSource(ints = {360, 1440})
  void a_keyboard_is_enough(int width) {
    try (Visit visit = new Visit(Stage.browser(), Stage.url(), width, 900)) {
      assertThat(visit.page().getByRole(AriaRole.TEXTBOX, Visit.named("Name"))).isFocused();
      visit.page().keyboard().type("ken" + width);
      visit.page().keyboard().press("Tab");
      visit.page().keyboard().type("Starter");
      visit.page().keyboard().press("Tab");
      visit.page().keyboard().press("Tab");
      assertThat(visit.page().getByRole(AriaRole.BUTTON, Visit.named("Sign in"))).isFocused();
      visit.page().keyboard().press("Enter");
      assertThat(visit.credits()).hasText("200");
      visit.prompt().focus();
      visit.page().keyboard().type("A lighthouse in a storm");
      visit.page().keyboard().press("Control+Enter");
      Locator item = visit.item("A lighthouse in a storm");
      assertThat(item).isVisible();
      visit.button(item, "Cancel").press("Enter");
      assertThat(item).containsText(Pattern.compile("Cancelled|Completed"));
      assertThat(visit.complaints()).isEmpty();
    }
  }

  @Test
  void a_link_shows_its_video_to_its_owner_alone() {
    String link;
    try (Visit owner = Stage.visit().signIn("niklaus", "pro")) {
      owner.duration().fill("1");
      Locator item = owner.generate("A fox in the snow");
      assertThat(item).containsText(COMPLETED, patiently());
      link = "/?generation_id=" + item.getAttribute("data-id");
      owner.generate("A second one");
      owner.open(link);
      assertThat(owner.items()).hasCount(1);
      assertThat(owner.item("A fox in the snow")).isVisible();
    }
    try (Visit stranger = Stage.visit().signIn("mallory", "pro")) {
      stranger.open(link);
      assertThat(stranger.page().getByText("There is no such video")).isVisible();
      assertThat(stranger.items()).hasCount(0);
    }
  }

  @Test
  void a_failure_is_told_with_its_reason_and_refund_and_can_be_tried_again_or_edited() {
    try (Visit visit = Stage.visit().signIn("vera", "pro")) {
      visit.choice("Model").selectOption("wan2");
      visit.duration().fill("1");
      Locator item = visit.generate("Rain on a window [[fail]]");
      assertThat(item).containsText(Pattern.compile("Failed"), patiently());
      assertThat(item).containsText("1 credit refunded");
      assertThat(visit.credits()).hasText("1000");
      assertThat(item.locator(".wrong")).not().isEmpty();
      visit.button(item, "Edit").click();
      assertThat(visit.prompt()).hasValue("Rain on a window [[fail]]");
      assertThat(visit.prompt()).isFocused();
      visit.button(item, "Retry").click();
      assertThat(visit.items()).hasCount(2);
      assertThat(visit.items().first()).containsText(Pattern.compile("Failed"), patiently());
      visit.page().getByRole(AriaRole.RADIO, Visit.named("Completed")).check();
      assertThat(visit.items()).hasCount(0);
      visit.page().getByRole(AriaRole.RADIO, Visit.named("Failed")).check();
      assertThat(visit.items()).hasCount(2);
      visit.page().getByRole(AriaRole.SEARCHBOX, Visit.named("Search")).fill("snow");
      assertThat(visit.items()).hasCount(0);
      assertThat(visit.complaints()).isEmpty();
    }
  }

  @Test
  void the_page_fits_every_width_in_light_and_dark_and_keeps_nobody_out() {
    try (Visit visit = Stage.visit()) {
      look(visit, "sign-in");
      visit.signIn("margaret", "pro").duration().fill("1");
      Locator done = visit.generate("Northern lights over a frozen lake");
      assertThat(done).containsText(COMPLETED, patiently());
      Locator failed = visit.generate("Rain on a window [[fail]]");
      visit.duration().fill("15");
      Locator cancelled = visit.generate("A tower of glass, and clouds");
      visit.button(cancelled, "Cancel").click();
      visit.generate("A market at night [[slow]]");
      assertThat(failed).containsText(Pattern.compile("Failed"), patiently());
      assertThat(cancelled).containsText(CANCELLED);
      visit.page().locator(".more > summary").click();
      visit.page().evaluate("document.querySelectorAll('.toast button').forEach((b) => b.click())");
      look(visit, "page");
      visit.page().getByRole(AriaRole.BUTTON, Visit.named("Ledger")).click();
      assertThat(visit.page().getByRole(AriaRole.DIALOG)).containsText("Refunded");
      look(visit, "ledger");
      visit.page().keyboard().press("Escape");
      visit.page().getByLabel("Language").selectOption("fr");
      look(visit, "french");
      visit.page().getByRole(AriaRole.BUTTON, Visit.named("Relevé")).click();
      look(visit, "french-ledger");
      assertThat(visit.complaints()).isEmpty();
    }
  }

  private static void look(Visit visit, String name) {
    visit.look(
        name,
        view -> {
          assertThat(visit.page().evaluate(TOO_SMALL)).as(view).isEqualTo(List.of());
          assertThat(visit.page().evaluate(CUT_OFF)).as(view).isEqualTo(List.of());
        });
  }

  /** What can be touched and is less than 44 px high. */
  private static final String TOO_SMALL =
      """
      [...document.querySelectorAll('button, select, summary, a.button, input')]
          .filter((e) => e.checkVisibility() && !e.closest('.tick, .skip'))
          .map((e) => [e.outerHTML.slice(0, 60), e.closest('.stepper, .joined') ?? e])
          .filter(([, e]) => e.getBoundingClientRect().height < 43.5)
          .map(([name]) => name)
      """;

  /** What reaches beyond a dialog or a card, and what of the head covers something else of it. */
  private static final String CUT_OFF =
      """
      (() => {
        const box = (e) => e.getBoundingClientRect();
        const beyond = [...document.querySelectorAll('dialog *, .card *, .head *')]
            .filter((e) => e.checkVisibility() && !e.closest('.unseen, .filters, .screen, svg'))
            .filter((e) => box(e).right > box(e.closest('dialog, .card, .head')).right + 1)
            .map((e) => 'beyond: ' + e.outerHTML.slice(0, 80));
        const parts = [...document.querySelectorAll('.head :is(h1, .badge, a, button, [role])')]
            .filter((e) => e.checkVisibility() && box(e).width > 1);
        const covered = parts.flatMap((one, n) => parts.slice(n + 1)
            .filter((other) => !one.contains(other) && !other.contains(one))
            .filter((other) => box(one).right > box(other).left + 1 && box(other).right > box(one).left + 1
                && box(one).bottom > box(other).top + 1 && box(other).bottom > box(one).top + 1)
            .map((other) => `${one.textContent.trim()} and ${other.textContent.trim()}`));
        const broken = [...document.querySelectorAll('.head h1')]
            .filter((e) => box(e).height > 1.6 * parseFloat(getComputedStyle(e).fontSize))
            .map((e) => `in several lines: ${e.textContent}`);
        return [...beyond, ...covered, ...broken];
      })()
      """;

  private static final String DISTINCT_FRAMES =
      "(item) => new Set([...item.querySelectorAll('canvas')].map((c) => c.toDataURL())).size";

  /** Every value of the bar until there is a video. */
  private static List<Integer> progressUntilDone(Locator item) {
    Object seen =
        item.evaluate(
            """
            (item) => new Promise((done) => {
              const seen = [];
              const look = () => {
                const now = item.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow');
                if (now && Number(now) !== seen.at(-1)) seen.push(Number(now));
                if (item.dataset.status === 'completed' || item.dataset.status === 'failed') {
                  observer.disconnect();
                  done(seen);
                }
              };
              const observer = new MutationObserver(look);
              observer.observe(item, {attributes: true, childList: true, subtree: true});
              look();
            })
            """);
    return ((List<?>) seen).stream().map(value -> ((Number) value).intValue()).toList();
  }

  private static boolean playsOn(Locator video) {
    return Boolean.TRUE.equals(
        video.evaluate(
            """
            async (video) => {
              video.muted = true;
              await video.play();
              const from = video.currentTime;
              for (let i = 0; i < 100; i++) {
                await new Promise((later) => setTimeout(later, 50));
                if (video.currentTime !== from && video.videoWidth > 0) return true;
              }
              return false;
            }
            """));
  }

  private static boolean posterLoads(Locator video) {
    return Boolean.TRUE.equals(
        video.evaluate(
            """
            (video) => new Promise((done) => {
              const image = new Image();
              image.onload = () => done(image.naturalWidth > 0);
              image.onerror = () => done(false);
              image.src = video.poster;
            })
            """));
  }

  private static int number(Locator item, String pattern) {
    Matcher found = Pattern.compile(pattern).matcher(item.innerText());
    assertThat(found.find()).isTrue();
    return Integer.parseInt(found.group(1));
  }

  private static Page.GetByTextOptions exactly() {
    return new Page.GetByTextOptions().setExact(true);
  }

  private static Locator.GetByRoleOptions linkNamed(String name) {
    return new Locator.GetByRoleOptions().setName(name);
  }

  private static LocatorAssertions.ContainsTextOptions patiently() {
    return new LocatorAssertions.ContainsTextOptions().setTimeout(RENDERING_MILLIS);
  }
}
