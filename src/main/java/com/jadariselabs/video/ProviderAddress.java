package com.jadariselabs.video;

import com.jadariselabs.video.replicate.ReplicateSettings;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where the provider is, and where it finds the service: the real one, another one, the sandbox.
 */
record ProviderAddress(VideoConfiguration configuration, Listeners listeners) {
  /** The path of the door for its webhooks. */
  static final String WEBHOOKS = "/api/webhooks/replicate";

  /** The sandbox is reached over HTTP, like any provider. */
  ReplicateSettings settings() {
    return configuration.usesSandbox()
        ? configuration
            .replicate()
            .withApi(listeners.loopbackUrl() + "/sandbox/v1", "sandbox")
            .unlimited()
        : configuration.replicate();
  }

  /** The real provider posts to https alone; the sandbox signs with a secret of its own. */
  @Nullable URI webhooksUrl() {
    String appUrl = configuration.service().appUrl();
    boolean reachable = !real() || appUrl.startsWith("https:");
    return configuration.replicate().webhookSecret() == null
            || configuration.usesSandbox()
            || !reachable
        ? null
        : URI.create(appUrl + WEBHOOKS);
  }

  /** Whether it runs beside the service, where private addresses are no secret. */
  boolean near() {
    return configuration.usesSandbox() || !real();
  }

  private boolean real() {
    String api = configuration.replicate().apiUrl();
    return api == null || api.contains("replicate.com");
  }
}
