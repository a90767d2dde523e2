package com.jadariselabs.video.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * A Supabase project's storage as its published interface says it, and strictly: a wrong header, a
 * piece of another size, a path it does not know are refused. Its answers can be spoiled one by
 * one.
 */
public final class FakeSupabase implements AutoCloseable {
  /** What can go wrong with the next call of an operation. */
  public enum Trouble {
    /** 503, and nothing happened. */
    AWAY,
    /** The connection is closed, and nothing happened. */
    DROPPED,
    /** It happened, and the connection is closed. */
    ANSWER_LOST,
    /** Half of a body arrived and counts, and the connection is closed. */
    CUT,
    /** Never answered. */
    SILENT,
    /** Answered with something else. */
    GARBLED
  }

  /** A stored object. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  public record Stored(byte[] content, String contentType, String cacheControl) {}

  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  private record Upload(
      String bucket,
      String name,
      String type,
      String cache,
      long length,
      boolean over,
      byte[] got) {
    Upload with(byte[] more, int length) {
      byte[] all = Arrays.copyOf(got, got.length + length);
      System.arraycopy(more, 0, all, got.length, length);
      return new Upload(bucket, name, type, cache, this.length, over, all);
    }
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PIECE = 6 << 20;
  private static final String STORAGE = "/storage/v1";

  private final Server server = new Server();
  private final ServerConnector connector = new ServerConnector(server, 1, 1);
  private final String key;
  private final String bucket;
  private final boolean open;
  private final Map<String, Stored> objects = new ConcurrentSkipListMap<>();
  private final Map<String, Upload> uploads = new ConcurrentHashMap<>();
  private final Map<String, String> tokens = new ConcurrentHashMap<>();
  private final Map<String, Deque<Trouble>> troubles = new ConcurrentHashMap<>();
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final List<String> refusals = new CopyOnWriteArrayList<>();
  private volatile boolean down;
  private final Map<String, String> documents = new ConcurrentHashMap<>();

  /**
   * Starts a project with one bucket.
   *
   * @param key its secret key; one that begins with {@code sb_} may come as {@code apikey} alone
   * @param open whether the bucket is public
   */
  public FakeSupabase(String key, String bucket, boolean open) {
    this.key = key;
    this.bucket = bucket;
    this.open = open;
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setStopTimeout(0);
    server.setHandler(new Project());
    try {
      server.start();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** SUPABASE_URL. */
  public String url() {
    return "http://127.0.0.1:" + connector.getLocalPort();
  }

  /** What is stored, by name. */
  public Map<String, Stored> objects() {
    return objects;
  }

  /** The operations so far: upload, begin, piece, head, get, sign, signs, delete, list. */
  public List<String> calls() {
    return calls;
  }

  /** What was refused for its form, with the reason: none of it should ever be. */
  public List<String> refusals() {
    return refusals;
  }

  /** Spoils the next calls of an operation. */
  public FakeSupabase spoil(String operation, Trouble... next) {
    troubles.computeIfAbsent(operation, any -> new ArrayDeque<>()).addAll(List.of(next));
    return this;
  }

  /** Everything is answered 503 while it is down. */
  public void down(boolean is) {
    down = is;
  }

  /** Forgets all unfinished uploads, as it does with old ones. */
  public void forgetUploads() {
    uploads.clear();
  }

  /** Answers GET of this path with this JSON, without asking for a key. */
  public FakeSupabase document(String path, String json) {
    documents.put(path, json);
    return this;
  }

  @Override
  public void close() throws Exception {
    server.stop();
  }

  /** An answer to be given. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  private record Reply(int status, Map<String, String> headers, byte[] body) {
    static Reply json(int status, Object value) {
      try {
        return new Reply(
            status, Map.of("Content-Type", "application/json"), JSON.writeValueAsBytes(value));
      } catch (java.io.IOException e) {
        throw new IllegalStateException(e);
      }
    }

    static Reply of(int status, Map<String, String> headers) {
      return new Reply(status, headers, new byte[0]);
    }

    /** Most errors are a 400 outside. */
    static Reply error(int inner, String error) {
      return json(
          400, Map.of("statusCode", "" + inner, "error", error, "message", "It is " + error));
    }
  }

  private final class Project extends Handler.Abstract {
    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      String path = Request.getPathInContext(request);
      String document = documents.get(path);
      if (document != null) {
        write(response, callback, Reply.json(200, JSON.readTree(document)));
        return true;
      }
      String operation = operation(request.getMethod(), path);
      calls.add(operation);
      Deque<Trouble> planned = troubles.getOrDefault(operation, new ArrayDeque<>());
      Trouble trouble = down ? Trouble.AWAY : planned.poll();
      if (trouble == Trouble.SILENT) {
        return true;
      }
      if (trouble == Trouble.DROPPED) {
        drop(request, callback);
        return true;
      }
      byte[] body = bytes(Content.Source.asByteBuffer(request));
      if (trouble == Trouble.AWAY) {
        write(response, callback, Reply.json(503, Map.of("message", "away")));
        return true;
      }
      if (trouble == Trouble.GARBLED) {
        write(
            response,
            callback,
            new Reply(200, Map.of(), "<html>".getBytes(StandardCharsets.UTF_8)));
        return true;
      }
      Reply reply;
      if (trouble == Trouble.CUT) {
        String id = path.substring(path.lastIndexOf('/') + 1);
        uploads.computeIfPresent(id, (any, upload) -> upload.with(body, body.length / 2));
        drop(request, callback);
        return true;
      }
      reply = answer(operation, request, path, body);
      if (trouble == Trouble.ANSWER_LOST) {
        drop(request, callback);
      } else {
        write(response, callback, reply);
      }
      return true;
    }

    private void drop(Request request, Callback callback) {
      request.getConnectionMetaData().getConnection().getEndPoint().close();
      callback.failed(new org.eclipse.jetty.io.EofException("dropped"));
    }

    private void write(Response response, Callback callback, Reply reply) {
      response.setStatus(reply.status());
      reply.headers().forEach((name, value) -> response.getHeaders().put(name, value));
      if (reply.status() != 204) {
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, reply.body().length);
      }
      response.write(true, ByteBuffer.wrap(reply.body()), callback);
    }
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static String operation(String method, String path) {
    String below = path.startsWith(STORAGE) ? path.substring(STORAGE.length()) : path;
    if (below.startsWith("/upload/resumable")) {
      return switch (method) {
        case "POST" -> "begin";
        case "PATCH" -> "piece";
        case "HEAD" -> "head";
        default -> "unknown";
      };
    }
    if (below.startsWith("/object/sign/")) {
      boolean one = below.split("/").length > 4;
      return method.equals("GET") ? "fetch" : one ? "sign" : "signs";
    }
    if (below.startsWith("/object/public/") || below.startsWith("/object/authenticated/")) {
      return below.startsWith("/object/public/") ? "fetch" : "get";
    }
    if (below.startsWith("/object/list/")) {
      return "list";
    }
    return switch (method) {
      case "DELETE" -> "delete";
      case "POST" -> "upload";
      case "GET" -> "get";
      default -> "unknown";
    };
  }

  private Reply answer(String operation, Request request, String path, byte[] body)
      throws Exception {
    String below = path.substring(Math.min(path.length(), STORAGE.length()));
    if (operation.equals("fetch")) {
      return fetch(request, below);
    }
    String wrong = wrongKey(request);
    if (wrong != null) {
      return refuse(403, wrong);
    }
    return switch (operation) {
      case "upload" -> upload(request, below.substring("/object/".length()), body);
      case "begin" -> begin(request, body);
      case "piece" -> piece(request, below, body);
      case "head" -> head(request, below);
      // Both ways are there; its own client library takes the shorter one.
      case "get" -> get(below.replaceFirst("^/object/(authenticated/)?", ""));
      case "sign" -> sign(below.substring("/object/sign/".length()), body);
      case "signs" -> signs(below.substring("/object/sign/".length()), body);
      case "delete" -> delete(request, below.substring("/object/".length()), body);
      case "list" -> list(below.substring("/object/list/".length()), body);
      default -> refuse(404, "no route " + below);
    };
  }

  private Reply refuse(int inner, String why) {
    refusals.add(why);
    return Reply.error(inner, why);
  }

  private @Nullable String wrongKey(Request request) {
    String authorization = request.getHeaders().get("Authorization");
    if (!key.equals(request.getHeaders().get("apikey"))) {
      return "the apikey is wrong";
    }
    if (key.startsWith("sb_")) {
      return authorization == null ? null : "an sb_ key is no token";
    }
    return ("Bearer " + key).equals(authorization) ? null : "the token is wrong";
  }

  private Reply upload(Request request, String target, byte[] body) {
    String type = request.getHeaders().get("content-type");
    String cache = request.getHeaders().get("cache-control");
    String over = request.getHeaders().get("x-upsert");
    if (type == null || !Set.of("video/mp4", "video/webm", "image/jpeg").contains(type)) {
      return refuse(415, "mime type " + type + " is not supported");
    }
    if (cache == null || !cache.matches("max-age=\\d+")) {
      return refuse(400, "cache-control " + cache);
    }
    if (over == null || !over.matches("true|false")) {
      return refuse(400, "x-upsert " + over);
    }
    if (body.length > PIECE || request.getLength() != body.length) {
      return refuse(413, "too large for one piece");
    }
    String name = inBucket(target);
    if (name == null) {
      return Reply.error(404, "Bucket not found");
    }
    if (over.equals("false") && objects.containsKey(name)) {
      return Reply.error(409, "Duplicate");
    }
    objects.put(name, new Stored(body, type, cache));
    return Reply.json(200, Map.of("Id", UUID.randomUUID().toString(), "Key", target));
  }

  private @Nullable String inBucket(String target) {
    return target.startsWith(bucket + "/") ? target.substring(bucket.length() + 1) : null;
  }

  private Reply begin(Request request, byte[] body) {
    if (!"1.0.0".equals(request.getHeaders().get("Tus-Resumable")) || body.length > 0) {
      return tus(412, "Tus-Resumable");
    }
    Map<String, String> about = new LinkedHashMap<>();
    for (String pair : String.valueOf(request.getHeaders().get("Upload-Metadata")).split(",")) {
      String[] parts = pair.split(" ");
      about.put(
          parts[0],
          new String(java.util.Base64.getDecoder().decode(parts[1]), StandardCharsets.UTF_8));
    }
    if (!about.keySet().equals(Set.of("bucketName", "objectName", "contentType", "cacheControl"))
        || !about.get("cacheControl").matches("\\d+")) {
      return tus(400, "metadata " + about);
    }
    if (!bucket.equals(about.get("bucketName"))) {
      return tus(404, "Bucket not found");
    }
    boolean over = "true".equals(request.getHeaders().get("x-upsert"));
    String name = about.get("objectName");
    if (!over && objects.containsKey(name)) {
      return Reply.of(409, Map.of("Tus-Resumable", "1.0.0"));
    }
    String id = UUID.randomUUID().toString().replace("-", "");
    long length = request.getHeaders().getLongField("Upload-Length");
    uploads.put(
        id,
        new Upload(
            bucket,
            name,
            about.get("contentType"),
            "max-age=" + about.get("cacheControl"),
            length,
            over,
            new byte[0]));
    // Behind a proxy it does not always know its own address.
    return Reply.of(
        201,
        Map.of(
            "Tus-Resumable",
            "1.0.0",
            "Location",
            "http://storage.internal:5000" + STORAGE + "/upload/resumable/" + id));
  }

  private Reply piece(Request request, String below, byte[] body) {
    String id = below.substring(below.lastIndexOf('/') + 1);
    Upload upload = uploads.get(id);
    if (upload == null) {
      return Reply.of(404, Map.of());
    }
    if (!"1.0.0".equals(request.getHeaders().get("Tus-Resumable"))
        || !"application/offset+octet-stream".equals(request.getHeaders().get("Content-Type"))) {
      return tus(415, "headers of a piece");
    }
    if (request.getHeaders().getLongField("Upload-Offset") != upload.got().length) {
      return Reply.of(409, Map.of());
    }
    boolean last = upload.got().length + body.length == upload.length();
    if (!last && body.length != PIECE) {
      return tus(400, "a piece of " + body.length);
    }
    Upload now = upload.with(body, body.length);
    uploads.put(id, now);
    if (last) {
      uploads.remove(id);
      objects.put(now.name(), new Stored(now.got(), now.type(), now.cache()));
    }
    return Reply.of(204, Map.of("Tus-Resumable", "1.0.0", "Upload-Offset", "" + now.got().length));
  }

  private Reply head(Request request, String below) {
    Upload upload = uploads.get(below.substring(below.lastIndexOf('/') + 1));
    if (!"1.0.0".equals(request.getHeaders().get("Tus-Resumable"))) {
      return tus(412, "Tus-Resumable");
    }
    return upload == null
        ? Reply.of(404, Map.of())
        : Reply.of(
            200,
            Map.of(
                "Upload-Offset",
                "" + upload.got().length,
                "Upload-Length",
                "" + upload.length(),
                "Cache-Control",
                "no-store"));
  }

  private Reply tus(int status, String why) {
    refusals.add(why);
    return Reply.of(status, Map.of("Tus-Resumable", "1.0.0"));
  }

  private Reply get(String target) {
    Stored stored = objects.get(String.valueOf(inBucket(target)));
    return stored == null
        ? Reply.error(404, "not_found")
        : new Reply(200, Map.of("Content-Type", stored.contentType()), stored.content());
  }

  private Reply sign(String target, byte[] body) throws Exception {
    if (JSON.readTree(body).path("expiresIn").asLong() <= 0) {
      return refuse(400, "expiresIn");
    }
    String name = String.valueOf(inBucket(target));
    return objects.containsKey(name)
        ? Reply.json(200, Map.of("signedURL", signed(name)))
        : Reply.error(404, "not_found");
  }

  private Reply signs(String target, byte[] body) throws Exception {
    JsonNode asked = JSON.readTree(body);
    if (!target.equals(bucket) || asked.path("expiresIn").asLong() <= 0) {
      return refuse(400, "expiresIn");
    }
    List<Map<String, @Nullable String>> answers = new ArrayList<>();
    for (JsonNode path : asked.path("paths")) {
      String name = path.asText();
      Map<String, @Nullable String> one = new TreeMap<>(Map.of("path", name));
      boolean there = objects.containsKey(name);
      one.put("signedURL", there ? signed(name) : null);
      one.put("error", there ? null : "Either the object does not exist or you do not have access");
      answers.add(one);
    }
    return Reply.json(200, answers);
  }

  private String signed(String name) {
    String token = UUID.randomUUID().toString();
    tokens.put(token, name);
    return "/object/sign/" + bucket + "/" + name + "?token=" + token;
  }

  private Reply fetch(Request request, String below) {
    String token = Request.extractQueryParameters(request).getValue("token");
    boolean signed = below.startsWith("/object/sign/");
    String target = below.substring((signed ? "/object/sign/" : "/object/public/").length());
    String name = String.valueOf(inBucket(target));
    boolean allowed = signed ? token != null && name.equals(tokens.get(token)) : open;
    return allowed ? part(request, get(target)) : Reply.error(400, "InvalidJWT");
  }

  /** Of a stored object as much as was asked for; browsers seek by it. */
  private static Reply part(Request request, Reply whole) {
    Matcher range =
        Pattern.compile("bytes=(\\d+)-(\\d+)")
            .matcher(String.valueOf(request.getHeaders().get("Range")));
    if (whole.status() != 200 || !range.matches()) {
      return whole;
    }
    int from = Integer.parseInt(range.group(1));
    int to = Math.min(Integer.parseInt(range.group(2)) + 1, whole.body().length);
    Map<String, String> headers = new LinkedHashMap<>(whole.headers());
    headers.put("Content-Range", "bytes %d-%d/%d".formatted(from, to - 1, whole.body().length));
    return new Reply(206, headers, Arrays.copyOfRange(whole.body(), from, to));
  }

  private Reply delete(Request request, String target, byte[] body) throws Exception {
    JsonNode prefixes = JSON.readTree(body).path("prefixes");
    if (!"application/json".equals(request.getHeaders().get("Content-Type"))
        || !target.equals(bucket)
        || !prefixes.isArray()
        || prefixes.isEmpty()) {
      return refuse(400, "delete");
    }
    List<Map<String, String>> gone = new ArrayList<>();
    for (JsonNode name : prefixes) {
      if (objects.remove(name.asText()) != null) {
        gone.add(Map.of("name", name.asText()));
      }
    }
    return Reply.json(200, gone);
  }

  /** One level of a folder: files with an id, folders without one. */
  private Reply list(String target, byte[] body) throws Exception {
    JsonNode asked = JSON.readTree(body);
    String prefix = asked.path("prefix").asText();
    if (!target.equals(bucket) || !asked.has("limit") || !asked.has("offset")) {
      return refuse(400, "list");
    }
    String folder = prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
    Map<String, Boolean> level = new TreeMap<>();
    for (String name : objects.keySet()) {
      if (name.startsWith(folder)) {
        String rest = name.substring(folder.length());
        int slash = rest.indexOf('/');
        level.put(slash < 0 ? rest : rest.substring(0, slash), slash < 0);
      }
    }
    List<Map<String, @Nullable Object>> found = new ArrayList<>();
    level.entrySet().stream()
        .skip(asked.path("offset").asInt())
        .limit(asked.path("limit").asInt())
        .forEach(
            each -> {
              Map<String, @Nullable Object> one = new LinkedHashMap<>();
              one.put("name", each.getKey());
              one.put("id", each.getValue() ? UUID.randomUUID().toString() : null);
              one.put("created_at", each.getValue() ? written.toString() : null);
              found.add(one);
            });
    return Reply.json(200, found);
  }

  private volatile java.time.Instant written = java.time.Instant.now();

  /** As if everything had been stored so long ago. */
  public void age(Duration by) {
    written = java.time.Instant.now().minus(by);
  }
}
