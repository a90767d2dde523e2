package com.jadariselabs.video;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.jadariselabs.video.auth.TokenSettings;
import com.jadariselabs.video.catalog.CatalogSettings;
import com.jadariselabs.video.credits.StartCredits;
import com.jadariselabs.video.database.DatabaseSettings;
import com.jadariselabs.video.prompts.ChatSettings;
import com.jadariselabs.video.ratelimit.RateLimitSettings;
import com.jadariselabs.video.replicate.ReplicateSettings;
import com.jadariselabs.video.retention.RetentionSettings;
import com.jadariselabs.video.sandbox.SandboxSettings;
import com.jadariselabs.video.storage.s3.S3Settings;
import com.jadariselabs.video.storage.supabase.SupabaseSettings;
import io.dropwizard.core.Configuration;
import io.dropwizard.validation.ValidationMethod;
import jakarta.validation.Valid;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be set: one section for each room that has settings, defaults and
 * explanations in {@code config.yml}.
 */
public final class VideoConfiguration extends Configuration {
  @JsonProperty @Valid private @Nullable ServiceSettings service;
  @JsonProperty @Valid private @Nullable TokenSettings tokens;
  @JsonProperty @Valid private @Nullable DatabaseSettings database;
  @JsonProperty @Valid private @Nullable RedisServerSettings redis;
  @JsonProperty @Valid private @Nullable ReplicateSettings replicate;
  @JsonProperty @Valid private @Nullable SandboxSettings sandbox;
  @JsonProperty @Valid private @Nullable MediaSection media;
  @JsonProperty @Valid private @Nullable SupabaseSettings supabase;
  @JsonProperty @Valid private @Nullable S3Settings s3;
  @JsonProperty @Valid private @Nullable RetentionSettings retention;
  @JsonProperty @Valid private @Nullable QueueSection queue;
  @JsonProperty @Valid private @Nullable RateLimitSettings rateLimits;
  @JsonProperty @Valid private @Nullable StartCredits startCredits;
  @JsonProperty @Valid private @Nullable SocketSection sockets;
  @JsonProperty @Valid private @Nullable ModerationSection moderation;
  @JsonProperty @Valid private @Nullable CacheSection cache;
  @JsonProperty @Valid private @Nullable ChatSettings enhance;
  @JsonProperty @Valid private @Nullable CatalogSettings catalog;

  /** Who this process is. */
  public ServiceSettings service() {
    return present(service);
  }

  /** Whose tokens are accepted. */
  public TokenSettings tokens() {
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

  /** The provider, as configured; see {@link #usesSandbox()}. */
  public ReplicateSettings replicate() {
    return present(replicate);
  }

  /** How the built-in sandbox behaves. */
  public SandboxSettings sandbox() {
    return present(sandbox);
  }

  /** How videos are looked at and kept. */
  public MediaSection media() {
    return present(media);
  }

  /** A Supabase project, for signing in and for media. */
  public SupabaseSettings supabase() {
    return present(supabase);
  }

  /** A bucket for media at a service that speaks S3. */
  public S3Settings s3() {
    return present(s3);
  }

  /** For how long things are kept. */
  public RetentionSettings retention() {
    return present(retention);
  }

  /** The queue and how generations are worked on. */
  public QueueSection queue() {
    return present(queue);
  }

  /** How fast users may submit. */
  public RateLimitSettings rateLimits() {
    return present(rateLimits);
  }

  /** What new accounts are given. */
  public StartCredits startCredits() {
    return present(startCredits);
  }

  /** Limits of the realtime door. */
  public SocketSection sockets() {
    return present(sockets);
  }

  /** What prompts may not ask for. */
  public ModerationSection moderation() {
    return present(moderation);
  }

  /** What is kept in memory. */
  public CacheSection cache() {
    return present(cache);
  }

  /** The chat that may add words to prompts. */
  public ChatSettings enhance() {
    return present(enhance);
  }

  /** Models, prices and styles. */
  public CatalogSettings catalog() {
    return present(catalog);
  }

  /** Whether the built-in sandbox renders: no provider is configured. */
  @JsonIgnore
  public boolean usesSandbox() {
    return replicate().apiToken() == null && replicate().apiUrl() == null;
  }

  /** Whether no section is missing. */
  @JsonIgnore
  @ValidationMethod(
      message =
          "misses one of the sections service, tokens, database, redis, replicate, sandbox, media,"
              + " supabase, s3, retention, queue, rateLimits, startCredits, sockets, moderation,"
              + " cache, enhance,"
              + " catalog")
  public boolean isComplete() {
    return Stream.of(
            service,
            tokens,
            database,
            redis,
            replicate,
            sandbox,
            media,
            supabase,
            s3,
            retention,
            queue,
            rateLimits,
            startCredits,
            sockets,
            moderation,
            cache,
            enhance,
            catalog)
        .allMatch(section -> section != null);
  }

  private static <T> T present(@Nullable T section) {
    if (section == null) {
      throw new IllegalStateException("The configuration has not been validated");
    }
    return section;
  }
}
