package com.jadariselabs.video.api;

import com.google.common.io.Resources;
import com.jadariselabs.video.audit.AuditLog;
import com.jadariselabs.video.auth.Caller;
import io.dropwizard.auth.Auth;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What this service's operators feed to Grafana and Prometheus. */
@Path("/admin/ops")
@RolesAllowed("admin")
public final class AdminOpsResource {
  private final AuditLog audit;
  private final byte[] dashboard = file("ops/dashboard.json");
  private final byte[] alerts = file("ops/alerts.yml");

  AdminOpsResource(AuditLog audit) {
    this.audit = audit;
  }

  /** A dashboard, to be imported into Grafana. */
  @GET
  @Path("/dashboard.json")
  @Produces(MediaType.APPLICATION_JSON)
  public byte[] dashboard(@Auth Caller caller) {
    audit.note(caller.userId(), "ops.read", "dashboard.json", null);
    return dashboard.clone();
  }

  /** Alert rules, to be named in Prometheus' {@code rule_files}. */
  @GET
  @Path("/alerts.yml")
  @Produces("application/yaml")
  public byte[] alerts(@Auth Caller caller) {
    audit.note(caller.userId(), "ops.read", "alerts.yml", null);
    return alerts.clone();
  }

  private static byte[] file(String name) {
    try {
      return Resources.toByteArray(Resources.getResource(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
