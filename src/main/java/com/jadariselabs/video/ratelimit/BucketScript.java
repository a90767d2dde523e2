package com.jadariselabs.video.ratelimit;

import com.google.common.io.Resources;
import com.jadariselabs.video.redis.Redis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/** The script {@code buckets.lua} on Redis: one round trip, by its digest. Thread-safe. */
final class BucketScript {
  private static final String KEY_PREFIX = "limits:{";

  private final Redis redis;
  private final String text;
  private final String digest;

  /** What is asked of the buckets. */
  enum Ask {
    TAKE("1"),
    LOOK("0"),
    GIVE_BACK("-1");

    private final String argument;

    Ask(String argument) {
      this.argument = argument;
    }
  }

  BucketScript(Redis redis) {
    this.redis = redis;
    try {
      this.text =
          Resources.toString(
              Resources.getResource("ratelimit/buckets.lua"), StandardCharsets.UTF_8);
      this.digest =
          HexFormat.of()
              .formatHex(
                  MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }

  CompletableFuture<Decision> run(Ask ask, String userId, Limits limits) {
    String[] arguments = arguments(ask, userId, limits);
    CompletableFuture<Object> answer =
        redis.send(pipeline -> pipeline.evalsha(digest, 1, arguments)::get);
    return answer
        .exceptionallyCompose(
            error ->
                unknownScript(error)
                    ? redis.send(pipeline -> pipeline.eval(text, 1, arguments)::get)
                    : CompletableFuture.failedFuture(error))
        .thenApply(numbers -> decision((List<?>) numbers, limits.windows()));
  }

  private static String[] arguments(Ask ask, String userId, Limits limits) {
    List<String> arguments = new ArrayList<>();
    arguments.add(KEY_PREFIX + userId + "}");
    arguments.add(ask.argument);
    for (Limits.Window window : limits.windows()) {
      arguments.add(Integer.toString(window.limit()));
      arguments.add(Integer.toString(window.seconds()));
    }
    return arguments.toArray(String[]::new);
  }

  /** A Redis that was restarted or flushed has forgotten the script; its text makes it known. */
  private static boolean unknownScript(@Nullable Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof JedisNoScriptException) {
        return true;
      }
    }
    return false;
  }

  private static Decision decision(List<?> numbers, List<Limits.Window> windows) {
    List<Decision.State> states = new ArrayList<>();
    for (int i = 0; i < windows.size(); i++) {
      Limits.Window window = windows.get(i);
      double tokens = ((Number) numbers.get(i + 1)).doubleValue() / 1e6;
      double wait = Math.max(0, 1 - 1e-6 - tokens) * window.seconds() / window.limit();
      states.add(new Decision.State(window.name(), window.seconds(), window.limit(), tokens, wait));
    }
    return new Decision(((Number) numbers.get(0)).intValue() == 1, states);
  }
}
