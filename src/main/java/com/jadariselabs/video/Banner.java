package com.jadariselabs.video;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the start says: one line in the log, and for people, on standard error and in local mode
 * alone, where to look. Standard output is for JSON.
 *
 * @param url of the Studio
 * @param localMode whether anyone who can reach the service can sign in
 * @param embedded the servers that run inside
 * @param sandbox whether the sandbox stands in for the provider
 */
record Banner(String url, boolean localMode, List<String> embedded, boolean sandbox) {
  private static final Logger LOG = LoggerFactory.getLogger(Banner.class);

  void show(PrintStream people) {
    String servers = embedded.isEmpty() ? "nothing" : String.join(" and ", embedded);
    LOG.info(
        "The Studio is at {}; {}; embedded: {}; provider: {}",
        url,
        localMode ? "local mode" : "not in local mode",
        servers,
        sandbox ? "the sandbox" : "Replicate");
    if (localMode) {
      people.print(
          text()
              .replace("{url}", url)
              .replace("{embedded}", servers)
              .replace("{provider}", sandbox ? "the built-in sandbox" : "Replicate"));
      people.flush();
    }
  }

  private static String text() {
    try (InputStream in = Banner.class.getResourceAsStream("/banner.txt")) {
      return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
