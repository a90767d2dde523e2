package com.jadariselabs.video.api;

import com.jadariselabs.video.auth.Caller;
import com.jadariselabs.video.generation.Generations;
import io.dropwizard.auth.Auth;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** Pausing and resuming the queue (§2.8), for all instances. */
@Path("/admin/queue")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed("admin")
public final class AdminQueueResource {
  private final Generations generations;
  private final Runnable switched;

  AdminQueueResource(Generations generations, Runnable switched) {
    this.generations = generations;
    this.switched = switched;
  }

  /** Nothing new is started from now on; what is in progress goes on. */
  @POST
  @Path("/pause")
  public State pause(@Auth Caller caller) {
    return set(caller, true);
  }

  /** Goes on. */
  @POST
  @Path("/resume")
  public State resume(@Auth Caller caller) {
    return set(caller, false);
  }

  private State set(Caller caller, boolean paused) {
    generations.setPaused(paused, caller.userId());
    switched.run();
    return new State(true, paused);
  }

  record State(boolean success, boolean paused) {}
}
