package com.jadariselabs.video.api;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import org.jspecify.annotations.Nullable;

/**
 * What the Studio needs to know before anybody has signed in; nothing of it is secret.
 *
 * @param local whether anybody may sign in by a name alone
 * @param sandbox whether the built-in sandbox renders instead of a provider
 * @param supabaseUrl where to sign in, null in local mode
 * @param supabaseAnonKey the public key for that, null in local mode
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record StudioConfig(
    boolean local,
    boolean sandbox,
    @Nullable String supabaseUrl,
    @Nullable String supabaseAnonKey) {}
