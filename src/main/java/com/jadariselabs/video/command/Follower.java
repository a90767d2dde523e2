package com.jadariselabs.video.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Follows a generation to its end by server-sent events (WHATWG HTML, 9.2), taking them up again
 * where they broke off, and asking how it is doing in between.
 */
final class Follower {
  /** The service says something every 15 seconds. */
  private static final long SILENCE_SECONDS = 40;

  private static final long LONGEST_PAUSE_MILLIS = 5_000;
  private static final long LONGEST_AWAY_NANOS = TimeUnit.MINUTES.toNanos(5);
  private static final String END = "\u0000end";

  private final ObjectMapper json = new ObjectMapper();
  private final ServiceClient service;
  private final Progress progress;
  private long seq;

  Follower(ServiceClient service, Progress progress) {
    this.service = service;
    this.progress = progress;
  }

  /**
   * Returns how it ended, as it is read.
   *
   * @throws IOException when the service has not answered for minutes
   */
  JsonNode follow(String id) throws IOException, InterruptedException {
    long pause = 250;
    long answeredAtNanos = System.nanoTime();
    for (; ; ) {
      long before = seq;
      listen(id);
      try {
        JsonNode generation = service.find(id);
        answeredAtNanos = System.nanoTime();
        if (ended(generation)) {
          return generation;
        }
        progress.show(generation);
      } catch (IOException e) {
        if (System.nanoTime() - answeredAtNanos > LONGEST_AWAY_NANOS) {
          throw e;
        }
        progress.say("The service does not answer; trying again");
      }
      pause = seq > before ? 250 : Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
      TimeUnit.MILLISECONDS.sleep(pause);
    }
  }

  private static boolean ended(JsonNode generation) {
    return switch (generation.path("status").asText()) {
      case "completed", "failed", "cancelled" -> true;
      default -> false;
    };
  }

  /** Until the stream ends or falls silent; whether it is through is asked afterwards. */
  private void listen(String id) throws InterruptedException {
    BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    CompletableFuture<?> stream = service.events(id, seq, new Lines(lines));
    stream.whenComplete((response, failure) -> lines.add(END));
    String event = "";
    try {
      for (; ; ) {
        String line = lines.poll(SILENCE_SECONDS, TimeUnit.SECONDS);
        if (line == null || line.equals(END)) {
          return;
        }
        if (line.startsWith("id: ")) {
          seq = Long.parseLong(line.substring(4));
        } else if (line.startsWith("event: ")) {
          event = line.substring(7);
        } else if (line.startsWith("data: ")) {
          progress.event(event, json.readTree(line.substring(6)));
        }
      }
    } catch (IOException | NumberFormatException e) {
      progress.say("The service said something strange; asking again");
    } finally {
      stream.cancel(true);
    }
  }

  private record Lines(BlockingQueue<String> lines) implements Flow.Subscriber<String> {
    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(String line) {
      lines.add(line);
    }

    @Override
    public void onError(Throwable cause) {
      lines.add(END);
    }

    @Override
    public void onComplete() {
      lines.add(END);
    }
  }
}
