package com.jadariselabs.video;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.jadariselabs.video.database.DatabaseSettings;
import io.dropwizard.core.Configuration;
import io.dropwizard.validation.ValidationMethod;
import jakarta.validation.Valid;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be set: one section for each room that has settings, defaults and
 * explanations in {@code config.yml}.
 */
public final class VideoConfiguration extends Configuration {
  @JsonProperty @Valid private @Nullable ServiceSettings service;
  @JsonProperty @Valid private @Nullable TokenKeys tokens;
  @JsonProperty @Valid private @Nullable DatabaseSettings database;
  @JsonProperty @Valid private @Nullable RedisServerSettings redis;

  /** Who this process is. */
  public ServiceSettings service() {
    return present(service);
  }

  /** Whose tokens are accepted. */
  public TokenKeys tokens() {
    return present(tokens);
  }

  /** Where PostgreSQL is. */
  public DatabaseSettings database() {
    return present(database);
  }

  /** Where Redis is. */
  public RedisServerSettings redis() {
    return present(redis);
  }

  /** Whether no section is missing. */
  @JsonIgnore
  @ValidationMethod(message = "misses one of the sections service, tokens, database, redis")
  public boolean isComplete() {
    return service != null && tokens != null && database != null && redis != null;
  }

  private static <T> T present(@Nullable T section) {
    if (section == null) {
      throw new IllegalStateException("The configuration has not been validated");
    }
    return section;
  }
}
