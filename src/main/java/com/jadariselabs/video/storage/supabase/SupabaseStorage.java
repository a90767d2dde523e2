package com.jadariselabs.video.storage.supabase;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.jadariselabs.video.storage.Kind;
import com.jadariselabs.video.storage.SignedUrls;
import com.jadariselabs.video.storage.Storage;
import com.jadariselabs.video.storage.StorageKey;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.eclipse.jetty.client.PathRequestContent;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.StringRequestContent;
import org.eclipse.jetty.http.HttpMethod;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps files in a bucket. A name that is taken by the same bytes is a success of our own that we
 * have not heard of; the fence in each name makes everything else under it ours to replace.
 * Thread-safe; the methods block, at most as long as {@link Patience} says.
 */
public final class SupabaseStorage implements Storage, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SupabaseStorage.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_TRIES = 3;
  private static final int COMPARED_AT_ONCE = 64 << 10;
  private static final int CONFLICT = 409;
  private static final int LISTED_AT_ONCE = 100;

  /** Its name is never given to other bytes once it is in a row. */
  private static final String FOR_A_YEAR = "31536000";

  private final Wire wire;
  private final String bucket;
  private final boolean open;
  private final String links;
  private final Patience patience;
  private final SignedUrls signed;
  private final RetryPolicy<Object> retries;

  /**
   * A bucket of this project.
   *
   * @param settings with a bucket
   * @param links what takes the place of the project's address in URLs: a CDN's; or that address
   */
  public SupabaseStorage(SupabaseSettings settings, String links, Clock clock) {
    this(settings, links, clock, Patience.standard());
  }

  SupabaseStorage(SupabaseSettings settings, String links, Clock clock, Patience patience) {
    this.wire =
        new Wire(
            String.valueOf(settings.url()), String.valueOf(settings.serviceRoleKey()), patience);
    this.bucket = String.valueOf(settings.bucket());
    this.open = settings.publicBucket();
    this.links = links.replaceAll("/+$", "") + "/storage/v1";
    this.patience = patience;
    this.signed = new SignedUrls(patience.rest(), clock);
    this.retries =
        RetryPolicy.builder()
            .handleIf(e -> e instanceof StorageFailure failure && failure.passing())
            .withMaxAttempts(MOST_TRIES)
            .withBackoff(patience.pause(), patience.pause().multipliedBy(8))
            .build();
  }

  @Override
  public String store(String generationId, String fence, Kind kind, Path file) throws IOException {
    StorageKey key = StorageKey.of(generationId, fence, kind, file);
    repeated(
        () -> {
          upload(key, file);
          return key;
        });
    return key.toString();
  }

  private void upload(StorageKey key, Path file) throws IOException {
    try {
      upload(key, file, false);
    } catch (StorageFailure e) {
      if (e.status() != CONFLICT) {
        throw e;
      }
      if (!keeps(key, file)) {
        LOG.info("a file of an earlier try is replaced");
        upload(key, file, true);
      }
    }
  }

  private void upload(StorageKey key, Path file, boolean over) throws IOException {
    long length = Files.size(file);
    if (length > ResumableUpload.PIECE_BYTES) {
      Map<String, String> about =
          Map.of(
              "bucketName",
              bucket,
              "objectName",
              key.toString(),
              "contentType",
              key.contentType(),
              "cacheControl",
              FOR_A_YEAR);
      new ResumableUpload(wire, patience, file, length).run(about, over);
      return;
    }
    Request request =
        wire.request(HttpMethod.POST, path("/object/", key.toString()))
            .headers(
                headers ->
                    headers
                        .put("cache-control", "max-age=" + FOR_A_YEAR)
                        .put("x-upsert", Boolean.toString(over)))
            .body(new PathRequestContent(key.contentType(), file));
    call("upload", request);
  }

  /** Whether these very bytes are there. */
  private boolean keeps(StorageKey key, Path file) throws IOException {
    Request request = wire.request(HttpMethod.GET, path("/object/authenticated/", key.toString()));
    try (InputStream ours = Files.newInputStream(file)) {
      return wire.stream("compare", request, patience.call(), theirs -> same(ours, theirs));
    } catch (StorageFailure e) {
      if (e.passing()) {
        throw e;
      }
      return false;
    }
  }

  private static boolean same(InputStream ours, InputStream theirs) throws IOException {
    while (true) {
      byte[] mine = ours.readNBytes(COMPARED_AT_ONCE);
      if (!Arrays.equals(mine, theirs.readNBytes(COMPARED_AT_ONCE))) {
        return false;
      }
      if (mine.length == 0) {
        return true;
      }
    }
  }

  @Override
  public void delete(String key) throws IOException {
    signed.forget(key);
    repeated(() -> call("delete", json(HttpMethod.DELETE, "", Map.of("prefixes", List.of(key)))));
  }

  @Override
  public String url(String key, String generationId, Kind kind) throws IOException {
    return open ? links + path("/object/public/", key) : signed.of(key, this::sign);
  }

  @Override
  public void expect(Collection<String> keys) {
    if (!open) {
      signed.expect(keys, this::sign);
    }
  }

  private String sign(String key) throws IOException {
    Request request =
        wire.request(HttpMethod.POST, path("/object/sign/", key))
            .body(body(Map.of("expiresIn", SignedUrls.LIFE.toSeconds())));
    return link(answered(wire.send("sign", request, patience.sign()), "sign").json());
  }

  /** Signs many with one question. */
  private Map<String, String> sign(List<String> keys) throws IOException {
    Request request =
        wire.request(HttpMethod.POST, "/object/sign/" + bucket)
            .body(body(Map.of("expiresIn", SignedUrls.LIFE.toSeconds(), "paths", keys)));
    Map<String, String> links = new HashMap<>();
    for (JsonNode each : answered(wire.send("sign", request, patience.sign()), "sign").json()) {
      if (each.path("signedURL").isTextual()) {
        links.put(each.path("path").asText(), link(each));
      }
    }
    return links;
  }

  /** It comes relative to the storage's root. */
  private String link(JsonNode answer) throws StorageFailure {
    String relative = answer.path("signedURL").asText();
    if (!relative.startsWith("/object/sign/")) {
      throw new StorageFailure("sign: answered no URL", StorageFailure.NO_ANSWER, false);
    }
    return links + relative;
  }

  private Request json(HttpMethod method, String path, Object value) {
    return wire.request(method, "/object/" + bucket + path).body(body(value));
  }

  /** Folders come level by level: the generation's, the fence's, the file. */
  @Override
  public void olderThan(Instant before, Consumer<String> keys) throws IOException {
    list("", 3, before, keys);
  }

  private void list(String folder, int depth, Instant before, Consumer<String> keys)
      throws IOException {
    for (int offset = 0; ; offset += LISTED_AT_ONCE) {
      Map<String, Object> asked =
          Map.of(
              "prefix", folder,
              "limit", LISTED_AT_ONCE,
              "offset", offset,
              "sortBy", Map.of("column", "name", "order", "asc"));
      Request request = wire.request(HttpMethod.POST, "/object/list/" + bucket).body(body(asked));
      JsonNode page = call("list", request).json();
      for (JsonNode each : page) {
        String name = folder + (folder.isEmpty() ? "" : "/") + each.path("name").asText();
        if (!each.path("id").isTextual() && depth > 1) {
          list(name, depth - 1, before, keys);
        } else if (StorageKey.parse(name).isPresent() && isOlder(each, before)) {
          keys.accept(name);
        }
      }
      if (page.size() < LISTED_AT_ONCE) {
        return;
      }
    }
  }

  private static boolean isOlder(JsonNode file, Instant before) {
    try {
      return Instant.parse(file.path("created_at").asText()).isBefore(before);
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  private Answer call(String operation, Request request) throws IOException {
    return answered(wire.send(operation, request, patience.call()), operation);
  }

  private static Answer answered(Answer answer, String operation) throws StorageFailure {
    if (!answer.ok()) {
      throw answer.failure(operation);
    }
    return answer;
  }

  private String path(String route, String key) {
    return route + bucket + "/" + key;
  }

  private static StringRequestContent body(Object value) {
    try {
      return new StringRequestContent("application/json", JSON.writeValueAsString(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private interface Call<T> {
    T make() throws IOException;
  }

  private <T> void repeated(Call<T> call) throws IOException {
    try {
      Failsafe.with(retries).get(call::make);
    } catch (FailsafeException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    wire.close();
  }
}
