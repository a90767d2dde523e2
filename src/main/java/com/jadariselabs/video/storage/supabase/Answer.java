package com.jadariselabs.video.storage.supabase;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.Set;
import org.eclipse.jetty.http.HttpFields;

/**
 * What the service answered. Most of its errors come as a 400 with the true code in the body:
 * {@code {"statusCode":"409","error":"Duplicate","message":…}}.
 */
record Answer(int outerStatus, HttpFields headers, JsonNode json) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> DUPLICATE =
      Set.of("Duplicate", "ResourceAlreadyExists", "KeyAlreadyExists");

  /** An answer with this body; one that is no JSON counts as none. */
  static Answer of(int outerStatus, HttpFields headers, byte[] body) {
    return new Answer(outerStatus, headers, parsed(body));
  }

  boolean ok() {
    return outerStatus >= 200 && outerStatus < 300;
  }

  /** The status that is meant. */
  int status() {
    if (outerStatus < 400) {
      return outerStatus;
    }
    if (DUPLICATE.contains(json.path("error").asText())
        || DUPLICATE.contains(json.path("code").asText())) {
      return 409;
    }
    int inner = json.path("statusCode").asInt(outerStatus);
    return inner >= 400 && inner < 600 ? inner : outerStatus;
  }

  private static JsonNode parsed(byte[] body) {
    try {
      JsonNode read = JSON.readTree(body);
      return read == null ? MissingNode.getInstance() : read;
    } catch (IOException e) {
      return MissingNode.getInstance();
    }
  }

  /** The failure that it is. Its text names a status alone: messages may hold anything. */
  StorageFailure failure(String operation) {
    int status = status();
    return new StorageFailure(
        operation + ": answered " + status,
        status,
        status >= 500 || status == 429 || status == 408);
  }
}
