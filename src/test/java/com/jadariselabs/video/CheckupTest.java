package com.jadariselabs.video;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.redis.Redis;
import com.jadariselabs.video.redis.RedisSettings;
import com.jadariselabs.video.testing.Servers;
import java.time.Duration;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a health check says of a Redis. */
class CheckupTest {
  @Test
  void one_that_answers_is_well() throws Exception {
    try (Redis redis = redis(Servers.redisPort(), null)) {
      assertThat(Checkup.unreachable(redis)).isEmpty();
    }
  }

  @Test
  void one_that_refuses_the_password_is_told_from_one_that_is_away() {
    try (Redis redis = redis(Servers.redisPort(), "hush-canary")) {
      assertThat(complaint(redis)).contains("it cannot be used: ERR AUTH").doesNotContain("hush");
    }
    try (Redis redis = redis(Servers.freePort(), null)) {
      assertThat(complaint(redis)).contains("it cannot be used: ").containsIgnoringCase("refused");
    }
  }

  /** The first try to connect has to end. */
  private static String complaint(Redis redis) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> Checkup.unreachable(redis), Optional::isPresent)
        .orElseThrow();
  }

  private static Redis redis(int port, @Nullable String password) {
    return new Redis(new RedisSettings("127.0.0.1", port, password, false));
  }
}
