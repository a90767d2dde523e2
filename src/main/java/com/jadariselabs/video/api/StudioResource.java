package com.jadariselabs.video.api;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** Tells the page how to sign in. Public. */
@Path("/studio/config")
@Produces(MediaType.APPLICATION_JSON)
public final class StudioResource {
  private final StudioConfig config;

  StudioResource(StudioConfig config) {
    this.config = config;
  }

  /** The page's configuration. */
  @GET
  public StudioConfig config() {
    return config;
  }
}
