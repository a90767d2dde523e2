package com.jadariselabs.video.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.hash.Hashing;
import com.jadariselabs.video.auth.Caller;
import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.generation.Generations;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One generation, encoded, with its ETag. Thread-safe. */
final class Reading {
  private final Generations generations;
  private final ObjectMapper json;

  Reading(Generations generations, ObjectMapper json) {
    this.generations = generations;
    this.json = json;
  }

  /** 200 with bytes, 304, or 404: foreign and absent are the same. */
  Reply one(Caller caller, String id, @Nullable String ifNoneMatch) {
    Optional<Generation> found = generations.find(caller.userId(), caller.admin(), id);
    if (found.isEmpty()) {
      return Reply.refusal(Problem.Code.NOT_FOUND, GenerationResource.NO_SUCH);
    }
    byte[] body = encoded(GenerationAnswer.of(generations, found.get()));
    String etag = '"' + Hashing.murmur3_128().hashBytes(body).toString() + '"';
    Map<String, String> headers =
        Map.of("ETag", etag, "Cache-Control", "private, no-cache", "Vary", "Authorization");
    return matches(ifNoneMatch, etag)
        ? new Reply(304, headers, new byte[0])
        : new Reply(200, headers, body);
  }

  /** Weak comparison over the list, as RFC 9110 §13.1.2 asks. */
  private static boolean matches(@Nullable String ifNoneMatch, String etag) {
    if (ifNoneMatch == null) {
      return false;
    }
    for (String candidate : ifNoneMatch.split(",")) {
      String tag = candidate.strip();
      if (tag.equals("*") || tag.equals(etag) || tag.equals("W/" + etag)) {
        return true;
      }
    }
    return false;
  }

  private byte[] encoded(Object answer) {
    try {
      return json.writeValueAsBytes(answer);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
