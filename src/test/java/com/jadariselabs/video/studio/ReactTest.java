package com.jadariselabs.video.studio;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.testing.Instance;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The hook in a page of somebody else's, with the real React. */
@ExtendWith(Stage.class)
final class ReactTest {
  private static final LocatorAssertions.HasTextOptions PATIENTLY =
      new LocatorAssertions.HasTextOptions().setTimeout(20_000);

  /** In strict mode, which mounts everything twice, and with React found by its name. */
  private static final String PAGE =
      """
      <!doctype html><title>Elsewhere</title>
      <script src="/webjars/react/18.3.1/umd/react.development.js"></script>
      <script src="/webjars/react-dom/18.3.1/umd/react-dom.development.js"></script>
      <script type="importmap">{"imports": {"react": "/react.js"}}</script>
      <div id="root"></div>
      <script type="module">
        import * as React from 'react';
        import { VideoClient } from '%1$s/client/video-client.js';
        import { useVideoGeneration } from '%1$s/client/use-video-generation.js';
        const client = new VideoClient({ token: '%2$s' });
        const e = React.createElement;
        window.statuses = [];
        function App() {
          const video = useVideoGeneration(client);
          if (window.statuses.at(-1) !== video.status) window.statuses.push(video.status);
          const ask = (more) => video.generate({ prompt: 'A lion', model: 'wan2', duration: 2, ...more });
          return e('main', null,
            e('button', { id: 'generate', onClick: () => ask({}) }, 'Generate'),
            e('button', { id: 'long', onClick: () => ask({ duration: 15 }) }, 'Long'),
            e('button', { id: 'wrong', onClick: () => ask({ duration: 0 }).catch(() => {}) }, 'Wrong'),
            e('button', { id: 'cancel', onClick: () => video.cancel() }, 'Cancel'),
            e('button', { id: 'reset', onClick: () => video.reset() }, 'Reset'),
            e('output', { id: 'status' }, video.status),
            e('output', { id: 'error' }, video.error?.code ?? ''),
            e('progress', { value: video.percent ?? 0, max: 100 }),
            video.videoUrl && e('video', { src: video.videoUrl, poster: video.posterUrl }));
        }
        ReactDOM.createRoot(document.getElementById('root'))
            .render(e(React.StrictMode, null, e(App)));
      </script>
      """;

  @Test
  void a_component_generates_follows_cancels_and_is_told_of_refusals() {
    String token = Instance.token("react", "pro", false);
    ForeignPages pages = Stage.elsewhere();
    pages.page(
        "/react.js",
        "export const { useMemo, useSyncExternalStore, createElement, StrictMode } = window.React;");
    List<String> complaints = new ArrayList<>();
    try (BrowserContext context = Stage.browser().newContext()) {
      Page page = context.newPage();
      page.onPageError(complaints::add);
      page.onConsoleMessage(
          message -> {
            if (message.type().equals("error") && !message.text().contains("422")) {
              complaints.add(message.text());
            }
          });
      page.navigate(pages.page("/react.html", PAGE.formatted(Stage.url(), token)));
      Locator status = page.locator("#status");
      assertThat(status).hasText("idle");
      page.click("#generate");
      assertThat(status).hasText("completed", PATIENTLY);
      assertThat(page.locator("video"))
          .hasAttribute("src", java.util.regex.Pattern.compile("/media/.+sig="));
      assertThat((List<?>) page.evaluate("statuses"))
          .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.list(String.class))
          .startsWith("idle", "submitting", "queued")
          .endsWith("processing", "completed");
      page.click("#long");
      assertThat(status).hasText("processing", PATIENTLY);
      page.click("#cancel");
      assertThat(status).hasText("cancelled", PATIENTLY);
      page.click("#wrong");
      assertThat(page.locator("#error")).hasText("validation_failed");
      page.click("#reset");
      assertThat(status).hasText("idle");
      assertThat(complaints).isEmpty();
    }
  }
}
