package com.jadariselabs.video.studio;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Chromium of this machine, driven by its node: nothing is downloaded. A machine that lacks one
 * of them skips the browser tests and says so.
 */
public final class BrowserUnderTest implements AutoCloseable {
  private static final int OLDEST_NODE = 20;
  private static final List<String> CHROMIUM_NAMES =
      List.of(
          // Without a window's frame, which nobody sees here: it takes a third less.
          "chromium-headless-shell",
          "chromium",
          "chromium-browser",
          "google-chrome",
          "google-chrome-stable");
  private static final List<String> ARGUMENTS =
      List.of(
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--disable-dev-shm-usage");

  private final Playwright playwright;
  private final Browser browser;

  private BrowserUnderTest(Playwright playwright, Browser browser) {
    this.playwright = playwright;
    this.browser = browser;
  }

  /** Starts it, or skips the test. */
  public static BrowserUnderTest start() {
    Optional<Path> node = onPath(List.of("node", "nodejs"));
    Optional<Path> chromium = onPath(CHROMIUM_NAMES);
    assumeTrue(chromium.isPresent(), "No Chromium on the PATH: the Studio is not looked at.");
    assumeTrue(
        node.isPresent() && majorVersion(node.get()) >= OLDEST_NODE,
        "No node " + OLDEST_NODE + " or later on the PATH: nothing drives the browser.");
    Map<String, String> environment =
        Map.of(
            "PLAYWRIGHT_NODEJS_PATH",
            node.orElseThrow().toString(),
            "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD",
            "1");
    Playwright playwright = Playwright.create(new Playwright.CreateOptions().setEnv(environment));
    Browser browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(chromium.orElseThrow())
                    .setArgs(ARGUMENTS));
    return new BrowserUnderTest(playwright, browser);
  }

  /** The browser itself. */
  public Browser browser() {
    return browser;
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }

  private static Optional<Path> onPath(List<String> names) {
    String path = System.getenv().getOrDefault("PATH", "");
    return names.stream()
        .flatMap(name -> Stream.of(path.split(File.pathSeparator)).map(dir -> Path.of(dir, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static int majorVersion(Path node) {
    try {
      Process process = new ProcessBuilder(node.toString(), "--version").start();
      String version = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor(10, TimeUnit.SECONDS);
      var digits = Pattern.compile("v(\\d+)").matcher(version);
      return digits.find() ? Integer.parseInt(digits.group(1)) : 0;
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }
}
