package com.jadariselabs.video.api;

import com.google.common.hash.Hashing;
import com.google.common.io.Resources;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What this API is, in OpenAPI 3.1 (§2.9): the bytes of {@code openapi.json}. Public. */
@Path("/openapi.json")
@Produces(MediaType.APPLICATION_JSON)
public final class OpenApiResource {
  private static final String FRESH = "public, max-age=300";

  private final byte[] document;
  private final EntityTag tag;

  OpenApiResource() {
    try {
      document = Resources.toByteArray(Resources.getResource("openapi.json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    tag = new EntityTag(Hashing.murmur3_128().hashBytes(document).toString());
  }

  /** The document, or 304 to whoever has it. */
  @GET
  public Response read(@Context Request request) {
    Response.ResponseBuilder unchanged = request.evaluatePreconditions(tag);
    Response.ResponseBuilder answer = unchanged == null ? Response.ok(document) : unchanged;
    return answer.tag(tag).header(HttpHeaders.CACHE_CONTROL, FRESH).build();
  }
}
