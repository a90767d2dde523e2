package com.jadariselabs.video.studio;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * One person at the Studio, in a browser profile of their own. Controls are found by the names that
 * the wire contract fixes; whatever the browser complains of is written down.
 */
final class Visit implements AutoCloseable {
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");

  /**
   * Lets a test cut the socket, and keep it cut; complaints of the policy become console errors.
   */
  private static final String WATCH =
      """
      addEventListener('securitypolicyviolation', (e) =>
          console.error('policy: ' + e.violatedDirective + ' ' + e.blockedURI));
      const sockets = [];
      let cut = false;
      window.WebSocket = class extends WebSocket {
        constructor(...all) {
          super(...all);
          sockets.push(this);
          if (cut) this.close();
        }
      };
      window.cutSockets = () => { cut = true; sockets.forEach((socket) => socket.close()); };
      window.mendSockets = () => { cut = false; };
      """;

  private static final String AXE = axe();

  private final BrowserContext context;
  private final Page page;
  private final URI url;
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  Visit(Browser browser, URI url, int width, int height) {
    this(browser, url, width, height, page -> {});
  }

  /** With something prepared before the page is opened. */
  Visit(Browser browser, URI url, int width, int height, Consumer<Page> prepared) {
    this.url = url;
    this.context =
        browser.newContext(
            new Browser.NewContextOptions()
                .setViewportSize(width, height)
                .setLocale("en-US")
                // Whatever moves on a page is drawn by the processors that the tests need.
                .setReducedMotion(ReducedMotion.REDUCE));
    this.page = context.newPage();
    page.addInitScript(WATCH);
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error") || message.type().equals("warning")) {
            complaints.add(message.text() + " " + message.location());
          }
        });
    page.onPageError(complaints::add);
    page.onRequest(request -> requests.add(request.method() + " " + request.url()));
    prepared.accept(page);
    page.navigate(url.toString());
  }

  /** For somebody who has not asked that nothing moves. */
  Visit moving() {
    page.emulateMedia(new Page.EmulateMediaOptions().setReducedMotion(ReducedMotion.NO_PREFERENCE));
    return this;
  }

  Page page() {
    return page;
  }

  /** Errors and warnings of the console, script errors and violations of the policy. */
  List<String> complaints() {
    return complaints;
  }

  /** Every request since the page was first opened, as {@code METHOD url}. */
  List<String> requests() {
    return requests;
  }

  Visit signIn(String name, String plan) {
    page.getByRole(AriaRole.TEXTBOX, named("Name")).fill(name);
    page.getByRole(AriaRole.COMBOBOX, named("Plan")).selectOption(plan);
    page.getByRole(AriaRole.BUTTON, named("Sign in")).click();
    assertThat(connection()).hasText("live");
    return this;
  }

  /** Opens another address of the same service. */
  void open(String path) {
    page.navigate(url.resolve(path).toString());
  }

  Locator connection() {
    return page.getByRole(AriaRole.STATUS, named("Connection"));
  }

  Locator credits() {
    return page.getByLabel("Credits");
  }

  Locator prompt() {
    return page.getByRole(AriaRole.TEXTBOX, named("Prompt"));
  }

  Locator duration() {
    return page.getByRole(AriaRole.SPINBUTTON, named("Duration"));
  }

  Locator choice(String name) {
    return page.getByRole(AriaRole.COMBOBOX, named(name));
  }

  Locator generate() {
    return page.getByRole(AriaRole.BUTTON, named("Generate"));
  }

  Locator items() {
    return page.getByRole(AriaRole.LIST, named("Generations")).getByRole(AriaRole.LISTITEM);
  }

  /** The item whose prompt has these words. */
  Locator item(String words) {
    return items().filter(new Locator.FilterOptions().setHasText(words));
  }

  Locator button(Locator item, String name) {
    return item.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(name));
  }

  /** Asks for a video with the form's present settings. */
  Locator generate(String words) {
    prompt().fill(words);
    generate().click();
    assertThat(item(words)).isVisible();
    return item(words);
  }

  /** What keeps people out, by the rules of axe-core: serious and critical findings. */
  List<?> barriers() {
    if (!(boolean) page.evaluate("'axe' in window")) {
      page.evaluate(AXE);
    }
    return (List<?>)
        page.evaluate(
            """
            async () => (await axe.run({ resultTypes: ['violations'] })).violations
                .filter(({ impact }) => impact === 'serious' || impact === 'critical')
                .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
            """);
  }

  /**
   * Looks at what is shown, light and dark at the three widths: nothing sticks out, and nobody is
   * kept out.
   *
   * @param more what else must hold of each view, by its name
   */
  void look(String name, Consumer<String> more) {
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
      for (int width : List.of(360, 768, 1440)) {
        page.setViewportSize(width, 900);
        String view = name + "-" + width + "-" + scheme.name().toLowerCase(Locale.ROOT);
        screenshot(view);
        assertThat(page.evaluate("document.documentElement.scrollWidth - innerWidth"))
            .as("nothing sticks out: %s", view)
            .isEqualTo(0);
        more.accept(view);
        assertThat(barriers()).as(view).isEmpty();
      }
    }
  }

  /** A picture for people, where {@code -Dscreenshots} asks for them. */
  void screenshot(String name) {
    if (System.getProperty("screenshots") == null) {
      return;
    }
    page.screenshot(
        new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve("studio-" + name + ".png")));
  }

  private static String axe() {
    try (InputStream in = Visit.class.getResourceAsStream("/axe.min.js")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Page.GetByRoleOptions named(String name) {
    return new Page.GetByRoleOptions().setName(name);
  }

  @Override
  public void close() {
    context.close();
  }
}
