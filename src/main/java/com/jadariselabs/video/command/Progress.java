package com.jadariselabs.video.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;

/** Shows how a generation is doing: a bar in a terminal, a line for each change elsewhere. */
final class Progress {
  private static final int WIDTH = 30;

  private final PrintStream out;
  private final boolean terminal;
  private String shown = "";
  private boolean open;

  Progress(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** An event's news. */
  void event(String name, JsonNode data) {
    switch (name) {
      case "job:queued" -> queued(data.path("position").asInt());
      case "job:started" -> state("started");
      case "job:progress" -> bar(data.path("percent").asInt(), data.path("stage").asText());
      case "job:failed" -> {
        if (data.has("retryIn")) {
          say("An attempt failed; another follows");
        }
      }
      default -> {}
    }
  }

  /** Its present state, as it is read. */
  void show(JsonNode generation) {
    if (generation.path("status").asText().equals("queued")) {
      queued(generation.path("queue_status").path("position").asInt());
    } else {
      bar(generation.path("percent").asInt(), generation.path("stage").asText());
    }
  }

  /** A line that stays. */
  synchronized void say(String line) {
    if (!line.equals(shown)) {
      end();
      out.println(line);
      shown = line;
    }
  }

  /** Ends the bar's line, if there is one. */
  synchronized void end() {
    if (open) {
      out.println();
      open = false;
    }
  }

  private void queued(int position) {
    state(position > 0 ? "queued at " + position : "queued");
  }

  private void bar(int percent, String stage) {
    if (!terminal) {
      state("%3d %% %s".formatted(percent, stage));
      return;
    }
    int done = WIDTH * percent / 100;
    state("[%s%s] %3d %% %s".formatted("#".repeat(done), "-".repeat(WIDTH - done), percent, stage));
  }

  private synchronized void state(String text) {
    if (text.equals(shown)) {
      return;
    }
    shown = text;
    if (terminal) {
      out.print("\r\u001b[K" + text);
      out.flush();
      open = true;
    } else {
      out.println(text);
    }
  }
}
