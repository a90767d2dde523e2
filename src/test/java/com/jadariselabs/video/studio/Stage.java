package com.jadariselabs.video.studio;

import com.jadariselabs.video.testing.Instance;
import com.jadariselabs.video.testing.OwnRedis;
import com.jadariselabs.video.testing.Servers;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One browser and one service for all browser tests of a run: the service in a process of its own,
 * in local mode, with the sandbox made quick, and a page of another origin that may call it.
 */
public final class Stage implements BeforeAllCallback {
  private static final double PATIENCE_MILLIS = 30_000;
  private static @Nullable Scenery scenery;

  @Override
  public void beforeAll(ExtensionContext context) {
    PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
    scenery =
        context
            .getRoot()
            .getStore(ExtensionContext.Namespace.create(Stage.class))
            .getOrComputeIfAbsent(Scenery.class, any -> new Scenery(), Scenery.class);
  }

  static Browser browser() {
    return present().browser.browser();
  }

  static Instance service() {
    return present().service;
  }

  /** The service, by a name that people would use. */
  static URI url() {
    return URI.create("http://localhost:" + service().url().getPort());
  }

  /** Pages of another origin. */
  static ForeignPages elsewhere() {
    return present().elsewhere;
  }

  /** Somebody at the Studio. */
  static Visit visit() {
    return new Visit(browser(), url(), 1440, 900);
  }

  private static Scenery present() {
    if (scenery == null) {
      throw new IllegalStateException("the test class lacks @ExtendWith(Stage.class)");
    }
    return scenery;
  }

  /** What is on stage; JUnit closes it at the end of the run. */
  private static final class Scenery implements AutoCloseable {
    private final BrowserUnderTest browser = BrowserUnderTest.start();
    private final ForeignPages elsewhere = new ForeignPages();
    // Its own: it is there while other tests use the one that they share.
    private final OwnRedis redis = new OwnRedis();
    private final Path data;
    private final Instance service;

    Scenery() {
      try {
        data = Files.createTempDirectory("studio");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      Map<String, String> settings =
          Instance.settings(data, Servers.freshDatabase(), redis.settings().port());
      settings.putAll(
          Map.of(
              "START_CREDITS_FREE", "50",
              "START_CREDITS_STARTER", "200",
              "START_CREDITS_PRO", "1000",
              "SANDBOX_STARTING_MS", "150",
              "SANDBOX_PROCESSING_MS", "200",
              "CORS_ORIGINS", elsewhere.origin()));
      service = Instance.of(settings).start();
    }

    @Override
    public void close() {
      browser.close();
      service.close();
      redis.close();
      elsewhere.close();
      try (Stream<Path> all = Files.walk(data)) {
        List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
        for (Path path : deepestFirst) {
          Files.deleteIfExists(path);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
