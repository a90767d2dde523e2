package com.jadariselabs.video.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.jakarta.rs.cfg.JakartaRSFeature;
import io.dropwizard.jersey.jackson.JacksonMessageBodyProvider;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;

/**
 * Reads bodies; an empty one, and {@code null}, are refused where a body is asked for. Naming its
 * media type puts it before the provider that Dropwizard registers for any.
 */
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
final class StrictBodies extends JacksonMessageBodyProvider {

  StrictBodies(ObjectMapper mapper) {
    super(mapper);
    disable(JakartaRSFeature.ALLOW_EMPTY_INPUT);
  }

  @Override
  public Object readFrom(
      Class<Object> type,
      Type genericType,
      Annotation[] annotations,
      MediaType mediaType,
      MultivaluedMap<String, String> headers,
      InputStream body)
      throws IOException {
    Object value = super.readFrom(type, genericType, annotations, mediaType, headers, body);
    if (value == null) {
      throw new ProblemException(
          Problem.of(Problem.Code.MALFORMED_REQUEST, "The body must be a JSON object, not null"));
    }
    return value;
  }
}
