package com.jadariselabs.video.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.opentest4j.TestAbortedException;

/** The verifiers that receivers have, from the authors of Standard Webhooks. */
enum Verifier {
  /** As a receiver in Java has it, from Maven. */
  JAVA {
    @Override
    boolean believes(JsonNode message, String secret) {
      Map<String, List<String>> headers =
          Map.of(
              "webhook-id", List.of(message.get("id").asText()),
              "webhook-timestamp", List.of(message.get("timestamp").asText()),
              "webhook-signature", List.of(message.get("signature").asText()));
      try {
        new Webhook(secret).verify(message.get("body").asText(), headers);
        return true;
      } catch (WebhookVerificationException e) {
        return false;
      }
    }
  },

  /** npm's {@code standardwebhooks}, unchanged, in node; skipped where there is none. */
  NPM {
    @Override
    boolean believes(JsonNode message, String secret) throws IOException, InterruptedException {
      ProcessBuilder builder = new ProcessBuilder("node", "-e", SCRIPT);
      builder.environment().put("NODE_PATH", PACKAGES.toAbsolutePath().toString());
      builder.redirectErrorStream(true);
      Process node = started(builder);
      try (var in = node.outputWriter(StandardCharsets.UTF_8)) {
        in.write(StrictJson.mapper().createArrayNode().add(message).add(secret).toString());
      }
      String said = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return switch (said.strip()) {
        case "good" -> true;
        case "WebhookVerificationError" -> false;
        default -> throw new IOException(said + node.waitFor());
      };
    }
  };

  private static final Path PACKAGES = Path.of("src/test/resources/npm");
  private static final String SCRIPT =
      """
      const { Webhook } = require('standardwebhooks');
      const [{ id, timestamp, signature, body }, secret] = JSON.parse(require('fs').readFileSync(0));
      const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
      try {
        new Webhook(secret).verify(body, headers);
        console.log('good');
      } catch (e) {
        console.log(e.constructor.name);
      }
      """;

  private static Process started(ProcessBuilder node) {
    try {
      return node.start();
    } catch (IOException e) {
      throw new TestAbortedException("No node on the PATH: npm's verifier is not asked.", e);
    }
  }

  /**
   * Whether a receiver with this secret believes it.
   *
   * @param message id, timestamp, signature and body, as they came
   */
  abstract boolean believes(JsonNode message, String secret)
      throws IOException, InterruptedException;
}
