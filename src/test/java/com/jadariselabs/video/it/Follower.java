package com.jadariselabs.video.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.jadariselabs.video.testing.Client;
import com.jadariselabs.video.testing.Instance;
import com.jadariselabs.video.testing.Observer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A client as it should be: follows each generation on a socket, and when that is lost, connects
 * again, to whoever answers, and asks for what came after the last thing that it heard.
 */
final class Follower implements AutoCloseable {
  private static final long ASK_AGAIN_NANOS = Duration.ofMillis(500).toNanos();

  private final String user;
  private final List<Instance> instances;
  private final Map<String, Story> stories = new ConcurrentHashMap<>();
  private final Thread thread;
  private volatile boolean going = true;
  private volatile @Nullable Observer socket;

  /** What was heard of a generation: its ends by seq, and the last seq. */
  private static final class Story {
    private final Map<Long, String> ends = new TreeMap<>();
    private long seq;

    synchronized void heard(Observer.Heard heard) {
      JsonNode at = heard.frame().path("seq");
      if (at.isNumber()) {
        seq = Math.max(seq, at.asLong());
        if (heard.terminal()) {
          ends.put(at.asLong(), heard.event());
        }
      }
    }

    synchronized boolean ended() {
      return !ends.isEmpty();
    }

    synchronized long seq() {
      return seq;
    }
  }

  Follower(String user, List<Instance> instances) {
    this.user = user;
    this.instances = instances;
    this.thread = new Thread(this::run, "follower-of-" + user);
    thread.setDaemon(true);
    thread.start();
  }

  void follow(String generationId) {
    stories.put(generationId, new Story());
    Observer open = socket;
    if (open != null) {
      subscribe(open, generationId);
    }
  }

  /** How many have not ended, as far as was heard. */
  int open() {
    return (int) stories.values().stream().filter(story -> !story.ended()).count();
  }

  /** Each of them was told exactly one end, and nothing after it. */
  void assertOneEndEach() {
    Awaitility.await("all ends are heard")
        .atMost(Duration.ofSeconds(30))
        .until(() -> stories.values().stream().allMatch(Story::ended));
    assertThat(stories)
        .allSatisfy(
            (id, story) -> {
              assertThat(story.ends).as(id).hasSize(1);
              assertThat(story.ends).as(id).containsKey(story.seq);
            });
  }

  @Override
  public void close() {
    going = false;
    Observer open = socket;
    if (open != null) {
      open.close();
    }
  }

  private void run() {
    for (int turn = 0; going; turn++) {
      Client client = instances.get(turn % instances.size()).user(user, "pro");
      try (Observer open = client.connect()) {
        socket = open;
        stories.forEach(
            (id, story) -> {
              if (!story.ended()) {
                subscribe(open, id);
              }
            });
        listen(open);
      } catch (RuntimeException e) {
        Traffic.pause(200);
      } finally {
        socket = null;
      }
    }
  }

  private void listen(Observer open) {
    int read = 0;
    Map<String, Long> refused = new HashMap<>();
    while (going && open.isOpen()) {
      int size = open.size();
      for (; read < size; read++) {
        Observer.Heard heard = open.heard(read);
        Story story = stories.get(heard.generationId());
        if (story != null) {
          story.heard(heard);
          if (heard.event().equals("error") && !story.ended()) {
            refused.put(heard.generationId(), heard.nanos() + ASK_AGAIN_NANOS);
          }
        }
      }
      askAgain(open, refused);
      Traffic.pause(20);
    }
  }

  /** A state that could not be had, for example while the database was away. */
  private void askAgain(Observer open, Map<String, Long> refused) {
    refused
        .entrySet()
        .removeIf(
            each -> {
              boolean due = System.nanoTime() - each.getValue() > 0;
              if (due) {
                subscribe(open, each.getKey());
              }
              return due;
            });
  }

  private void subscribe(Observer open, String generationId) {
    Story story = stories.get(generationId);
    long after = story == null ? 0 : story.seq();
    try {
      if (after == 0) {
        open.say("subscribe", generationId);
      } else {
        open.sayRaw(
            "{\"event\":\"subscribe\",\"data\":{\"generationId\":\"%s\",\"after\":%d}}"
                .formatted(generationId, after));
      }
    } catch (RuntimeException e) {
      open.close();
    }
  }
}
