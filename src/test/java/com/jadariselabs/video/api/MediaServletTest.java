package com.jadariselabs.video.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jadariselabs.video.storage.Kind;
import com.jadariselabs.video.storage.LocalStorage;
import com.jadariselabs.video.storage.Storage;
import com.jadariselabs.video.storage.Storages;
import com.jadariselabs.video.testing.Clips;
import com.jadariselabs.video.testing.ServletHost;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MediaServletTest {
  private static final Map<String, String> KEYS = new ConcurrentHashMap<>();

  @TempDir static Path data;
  private static LocalStorage storage;
  private static ServletHost host;
  private static byte[] content;

  @BeforeAll
  static void start() throws Exception {
    storage = LocalStorage.open(data, "http://media.example", null, Clock.systemUTC());
    host =
        new ServletHost(
            new MediaServlet(
                Storages.of(storage),
                (id, kind) -> Optional.ofNullable(KEYS.get(id + kind.fileName()))),
            "/media/*");
    content = Files.readAllBytes(Clips.small());
    KEYS.put("gen_avideo.mp4", storage.store("gen_a", "f1", Kind.VIDEO, Clips.small()));
    KEYS.put("gen_gonevideo.mp4", "gen_gone/f1/video.mp4");
  }

  @AfterAll
  static void stop() throws Exception {
    host.close();
  }

  @Test
  void what_a_storage_service_keeps_is_fetched_from_there_and_while_it_cannot_sign_later()
      throws Exception {
    ServletHost other =
        new ServletHost(
            new MediaServlet(
                new Storages(storage, Map.of("shelf", new Shelf()), "local"),
                (id, kind) -> Optional.of("shelf:" + id)),
            "/media/*");
    try {
      HttpResponse<byte[]> found = other.send("GET", signed("gen_b"));
      assertThat(found.statusCode()).isEqualTo(302);
      assertThat(header(found, "Location")).isEqualTo("https://shelf/gen_b");
      assertThat(header(found, "Cache-Control")).isEqualTo("private, max-age=60");
      HttpResponse<byte[]> away = other.send("GET", signed("gen_away"));
      assertThat(away.statusCode()).isEqualTo(503);
      assertThat(header(away, "Retry-After")).isEqualTo("5");
      assertThat(other.send("GET", "/media/gen_b/video.mp4").statusCode()).isEqualTo(404);
    } finally {
      other.close();
    }
  }

  private static final class Shelf implements Storage {
    @Override
    public String store(String generationId, String fence, Kind kind, Path file) {
      return generationId;
    }

    @Override
    public void olderThan(Instant before, Consumer<String> keys) {}

    @Override
    public void delete(String key) {}

    @Override
    public String url(String key, String generationId, Kind kind) throws IOException {
      if (key.equals("gen_away")) {
        throw new IOException("away");
      }
      return "https://shelf/" + key;
    }
  }

  @Test
  void the_whole_file_comes_with_all_that_caches_and_players_want() throws Exception {
    HttpResponse<byte[]> response = host.send("GET", signed("gen_a"));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo(content);
    assertThat(header(response, "Content-Type")).isEqualTo("video/mp4");
    assertThat(header(response, "Content-Length")).isEqualTo("" + content.length);
    assertThat(header(response, "Accept-Ranges")).isEqualTo("bytes");
    assertThat(header(response, "Cache-Control")).isEqualTo("public, max-age=31536000, immutable");
    assertThat(header(response, "X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(header(response, "ETag")).matches("\"[^\"]+\"");
    assertThat(header(response, "Content-Disposition")).isEqualTo("inline; filename=\"gen_a.mp4\"");
    assertThat(header(host.send("GET", signed("gen_a") + "&download=1"), "Content-Disposition"))
        .isEqualTo("attachment; filename=\"gen_a.mp4\"");
  }

  @ParameterizedTest
  @CsvSource({"bytes=0-99,0,100", "bytes=100-,100,-1", "bytes=-50,-50,-1", "bytes=0-99999999,0,-1"})
  void one_range_is_answered_with_that_part(String range, int from, int to) throws Exception {
    int start = from < 0 ? content.length + from : from;
    int end = to < 0 ? content.length : to;
    HttpResponse<byte[]> response = host.send("GET", signed("gen_a"), "Range", range);
    assertThat(response.statusCode()).isEqualTo(206);
    assertThat(response.body()).isEqualTo(Arrays.copyOfRange(content, start, end));
    assertThat(header(response, "Content-Range"))
        .isEqualTo("bytes " + start + "-" + (end - 1) + "/" + content.length);
  }

  @Test
  void a_range_beyond_the_end_is_416_with_the_length() throws Exception {
    HttpResponse<byte[]> response =
        host.send("GET", signed("gen_a"), "Range", "bytes=" + content.length + "-");
    assertThat(response.statusCode()).isEqualTo(416);
    assertThat(header(response, "Content-Range")).isEqualTo("bytes */" + content.length);
    assertThat(response.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=0-1,5-9", "items=0-1", "bytes=x-y", "bytes="})
  void several_ranges_and_what_is_no_range_get_everything(String range) throws Exception {
    HttpResponse<byte[]> response = host.send("GET", signed("gen_a"), "Range", range);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo(content);
  }

  @Test
  void a_range_of_another_version_gets_everything() throws Exception {
    String etag = header(host.send("HEAD", signed("gen_a")), "ETag");
    String[] same = {"Range", "bytes=0-1", "If-Range", etag};
    String[] other = {"Range", "bytes=0-1", "If-Range", "\"other\""};
    assertThat(host.send("GET", signed("gen_a"), same).statusCode()).isEqualTo(206);
    assertThat(host.send("GET", signed("gen_a"), other).statusCode()).isEqualTo(200);
  }

  @Test
  void what_the_caller_has_already_is_not_sent_again() throws Exception {
    String etag = header(host.send("HEAD", signed("gen_a")), "ETag");
    HttpResponse<byte[]> response =
        host.send("GET", signed("gen_a"), "If-None-Match", "\"x\", W/" + etag);
    assertThat(response.statusCode()).isEqualTo(304);
    assertThat(response.body()).isEmpty();
    assertThat(header(response, "ETag")).isEqualTo(etag);
    assertThat(host.send("GET", signed("gen_a"), "If-None-Match", "\"x\"").statusCode())
        .isEqualTo(200);
  }

  @Test
  void head_tells_the_same_without_a_body() throws Exception {
    HttpResponse<byte[]> response = host.send("HEAD", signed("gen_a"), "Range", "bytes=0-9");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(header(response, "Content-Length")).isEqualTo("" + content.length);
    assertThat(response.body()).isEmpty();
  }

  @Test
  void a_wrong_signature_an_unknown_generation_and_an_absent_file_look_the_same() throws Exception {
    String url = signed("gen_a");
    List<String> refused =
        List.of(
            url.contains("sig=_")
                ? url.replace("sig=_", "sig=A")
                : url.replaceAll("sig=.", "sig=_"),
            url.replaceAll("expires=\\d+", "expires=1"),
            url.replaceAll("\\?.*", ""),
            url.replace("gen_a/", "gen_b/"),
            url.replace("video.mp4", "poster.jpg"),
            signed("gen_unknown"),
            signed("gen_gone"),
            "/media/gen_a/other.mp4?" + url.split("\\?")[1],
            "/media/",
            "/media/gen_a");
    String body = new String(host.send("GET", refused.get(0)).body(), StandardCharsets.UTF_8);
    for (String each : refused) {
      HttpResponse<byte[]> response = host.send("GET", each);
      assertThat(response.statusCode()).as(each).isEqualTo(404);
      assertThat(response.headers().firstValue("ETag")).isEmpty();
      assertThat(new String(response.body(), StandardCharsets.UTF_8).replaceAll("URI:.*", ""))
          .hasSameSizeAs(body.replaceAll("URI:.*", ""));
    }
  }

  @Test
  void other_methods_are_not_allowed() throws Exception {
    for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS", "PATCH")) {
      HttpResponse<byte[]> response = host.send(method, signed("gen_a"));
      assertThat(response.statusCode()).as(method).isEqualTo(405);
      assertThat(header(response, "Allow")).isEqualTo("GET, HEAD");
    }
  }

  @Test
  void many_clients_that_read_nothing_hold_no_threads() throws Exception {
    Path large = Files.write(data.resolve("large"), new byte[16 << 20]);
    KEYS.put("gen_bigvideo.mp4", storage.store("gen_big", "f1", Kind.VIDEO, large));
    URI url = URI.create("http://x" + signed("gen_big"));
    int before = threads();
    List<Socket> lazy = new ArrayList<>();
    try {
      for (int i = 0; i < 300; i++) {
        lazy.add(lazyClient(url));
      }
      // More of them than the server has threads, and yet:
      assertThat(host.send("GET", signed("gen_a")).statusCode()).isEqualTo(200);
      await().until(() -> threads() < before + 100);
    } finally {
      for (Socket socket : lazy) {
        socket.close();
      }
    }
  }

  private static int threads() {
    return ManagementFactory.getThreadMXBean().getThreadCount();
  }

  private static Socket lazyClient(URI url) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), host.port()));
    String request =
        "GET " + url.getPath() + "?" + url.getRawQuery() + " HTTP/1.1\r\nHost: x\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    // The first byte is there: it is being answered.
    assertThat(socket.getInputStream().read()).isEqualTo('H');
    return socket;
  }

  private static String signed(String id) {
    return storage.urls().url(id, Kind.VIDEO).substring("http://media.example".length());
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }
}
