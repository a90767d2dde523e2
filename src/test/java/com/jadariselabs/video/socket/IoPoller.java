package com.jadariselabs.video.socket;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Engine.IO's long polling by hand. */
final class IoPoller {
  private static final Pattern SID = Pattern.compile("\"sid\": ?\"([^\"]+)\"");
  private final URI url;

  private IoPoller(URI url) {
    this.url = url;
  }

  /** Connects, and shows this token. */
  static IoPoller open(Door door, String token) throws Exception {
    IoPoller poller = stranger(door);
    poller.post("40{\"token\":\"" + token + "\"}");
    Listener.waitFor(() -> poller.poll().get(0).startsWith("40{\"sid\":"));
    return poller;
  }

  /** Connects, and says nothing. */
  static IoPoller stranger(Door door) throws Exception {
    URI url = door.http("/api/socket/?EIO=4&transport=polling");
    String open = send(HttpRequest.newBuilder(url)).body();
    Matcher sid = SID.matcher(open);
    if (!sid.find()) {
      throw new IOException(open);
    }
    return new IoPoller(URI.create(url + "&sid=" + sid.group(1)));
  }

  HttpRequest.Builder request() {
    return HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(20));
  }

  /** What one poll brings: Engine.IO's packets. */
  List<String> poll() throws Exception {
    return Arrays.asList(send(request()).body().split("\u001e"));
  }

  CompletableFuture<HttpResponse<String>> pollLater() {
    return Listener.HTTP.sendAsync(request().build(), HttpResponse.BodyHandlers.ofString());
  }

  int post(String body) throws Exception {
    return send(request().POST(HttpRequest.BodyPublishers.ofString(body))).statusCode();
  }

  /** Without a declared length. */
  int postInChunks(String body) throws Exception {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return send(request()
            .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes))))
        .statusCode();
  }

  static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return Listener.HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
