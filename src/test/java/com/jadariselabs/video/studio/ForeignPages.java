package com.jadariselabs.video.studio;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Somebody else's site, whose pages use the service's client: an origin of its own. */
final class ForeignPages implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, String> pages = new ConcurrentHashMap<>();

  ForeignPages() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.start();
  }

  String origin() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  /** Puts a page there, and tells its address. */
  String page(String path, String html) {
    pages.put(path, html);
    return origin() + path;
  }

  /** Pages by their path; below {@code /webjars/} what is on the class path. */
  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      if (path.equals("/favicon.ico")) {
        exchange.sendResponseHeaders(204, -1);
        return;
      }
      byte[] body = pages.getOrDefault(path, "").getBytes(StandardCharsets.UTF_8);
      if (path.startsWith("/webjars/")) {
        try (InputStream in =
            ForeignPages.class.getResourceAsStream("/META-INF/resources" + path)) {
          body = in == null ? new byte[0] : in.readAllBytes();
        }
      }
      String type = path.endsWith(".js") ? "text/javascript" : "text/html;charset=utf-8";
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(
          body.length == 0 ? 404 : 200, body.length == 0 ? -1 : body.length);
      if (body.length > 0) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
