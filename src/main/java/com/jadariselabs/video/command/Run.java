package com.jadariselabs.video.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One generation from its submission to its file, for somebody who waits for it. */
final class Run {
  private static final int TRIES = 4;

  private final ServiceClient service;
  private final Progress progress;
  private final PrintStream err;
  private final @Nullable Console console;
  private final AtomicInteger interruptions = new AtomicInteger();
  private volatile @Nullable String id;
  private volatile boolean over;

  /**
   * Through this service.
   *
   * @param console who can be asked; null where nobody sits at a terminal
   */
  Run(ServiceClient service, PrintStream out, PrintStream err, @Nullable Console console) {
    this.service = service;
    this.progress = new Progress(out, console != null);
    this.err = err;
    this.console = console;
    if (console != null) {
      Interruption.handle(this::interrupted);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(this::left, "goodbye"));
  }

  /** Submits what is asked for; the same is never submitted twice. */
  void submit(ObjectNode body) throws IOException, InterruptedException {
    String key = "cli-" + UUID.randomUUID();
    JsonNode answer = null;
    for (int attempt = 1; answer == null; attempt++) {
      try {
        answer = service.submit(body, key);
      } catch (IOException e) {
        if (attempt == TRIES) {
          throw e;
        }
        TimeUnit.SECONDS.sleep(attempt);
      }
    }
    id = answer.path("generation_id").asText();
    progress.say(
        "%s: %s, about %d s, %d s of waiting before"
            .formatted(
                id,
                credits(answer.path("credits_charged").asInt()),
                answer.path("estimated_time_seconds").asInt(),
                answer.path("estimated_wait_seconds").asInt()));
    answer.path("warnings").forEach(warning -> progress.say("Note: " + warning.asText()));
  }

  /** Takes up one that was submitted before. */
  void resume(String generationId) {
    id = generationId;
  }

  /** Follows it to its end and stores the video; where no file is named, by its id. */
  void finish(@Nullable Path file) throws IOException, InterruptedException {
    String present = String.valueOf(id);
    JsonNode generation = new Follower(service, progress).follow(present);
    progress.end();
    over = true;
    switch (generation.path("status").asText()) {
      case "completed" -> {
        Path to = file == null ? Path.of(present + ".mp4") : file;
        service.download(generation.path("result_url").asText(), to);
        progress.say("Stored in " + to);
      }
      case "cancelled" ->
          throw new RefusedException("It was cancelled; " + refund(generation) + " came back");
      default -> {
        String why = generation.path("error").path("message").asText("nobody said why");
        throw new RefusedException(
            "It failed: %s; %s came back"
                .formatted(why.replaceAll("\\.$", ""), refund(generation)));
      }
    }
  }

  private static String refund(JsonNode generation) {
    return credits(generation.path("credits_refunded").asInt());
  }

  private static String credits(int count) {
    return count == 1 ? "1 credit" : count + " credits";
  }

  /** Ctrl+C: the first asks, one more leaves. */
  private void interrupted() {
    if (interruptions.incrementAndGet() > 1 || id == null || over) {
      left();
      Runtime.getRuntime().halt(130);
    }
    Console asked = console;
    String present = id;
    if (asked == null || present == null) {
      return;
    }
    progress.end();
    String answer = asked.readLine("Cancel it? [y/N] (Ctrl+C again leaves it running) ");
    if (answer == null || !answer.strip().toLowerCase(Locale.ROOT).startsWith("y")) {
      interruptions.set(0);
      return;
    }
    try {
      service.cancel(present); // whoever follows it hears of that
    } catch (RefusedException | IOException e) {
      progress.say(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    interruptions.set(0);
  }

  /** It goes on without us. */
  private void left() {
    String present = id;
    if (present != null && !over) {
      over = true;
      progress.end();
      err.println("It goes on. To take it up again: generate --resume " + present);
    }
  }
}
