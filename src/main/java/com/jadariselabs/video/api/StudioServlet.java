package com.jadariselabs.video.api;

import com.google.common.hash.Hashing;
import com.google.common.io.ByteSource;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/**
 * The pages: {@code /} is the Studio, {@code /ops} the operators' page, {@code /docs} the API to
 * read and try, and beside them whatever files they ask for. What is below {@code /client/} may be
 * used by pages of any origin. Everything else that no other servlet takes is not found.
 */
public final class StudioServlet extends HttpServlet {
  private static final String ROOT = "/studio";
  private static final Map<String, String> PAGES =
      Map.of("/", "/index.html", "/ops", "/ops.html", "/docs", "/docs.html");
  private static final String FOR_ALL = "/client/";
  private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9_-][A-Za-z0-9._-]*){1,6}");
  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("html", "text/html;charset=utf-8"),
          Map.entry("js", "text/javascript;charset=utf-8"),
          Map.entry("ts", "application/typescript;charset=utf-8"),
          Map.entry("css", "text/css;charset=utf-8"),
          Map.entry("json", "application/json"),
          Map.entry("webmanifest", "application/manifest+json"),
          Map.entry("svg", "image/svg+xml"),
          Map.entry("png", "image/png"),
          Map.entry("ico", "image/x-icon"),
          Map.entry("jpg", "image/jpeg"),
          Map.entry("woff2", "font/woff2"),
          Map.entry("txt", "text/plain;charset=utf-8"));

  private final transient Problems problems;
  private final transient Map<String, Asset> assets = new ConcurrentHashMap<>();

  /** Serves the pages that were built into the program. */
  public StudioServlet(Problems problems) {
    this.problems = problems;
  }

  private record Asset(String type, String etag, ByteSource plain, ByteSource gzip) {}

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String path = request.getRequestURI();
    Optional<Asset> asset = asset(PAGES.getOrDefault(path, path));
    if (asset.isEmpty()) {
      problems.write(request, response, StatusWords.problem(404));
    } else if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
      response.setHeader("Allow", "GET, HEAD");
      problems.write(request, response, StatusWords.problem(405));
    } else {
      send(asset.get(), request, response);
    }
  }

  private static void send(Asset asset, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setHeader("ETag", asset.etag());
    response.setHeader("Cache-Control", "no-cache");
    response.addHeader("Vary", "Accept-Encoding");
    if (request.getRequestURI().startsWith(FOR_ALL)) {
      response.setHeader("Access-Control-Allow-Origin", "*");
      response.setHeader("Cross-Origin-Resource-Policy", "cross-origin");
    }
    String known = request.getHeader("If-None-Match");
    if (known != null && known.contains(asset.etag())) {
      response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
      return;
    }
    String accepted = String.valueOf(request.getHeader("Accept-Encoding"));
    boolean gzip = accepted.contains("gzip") && asset.gzip().size() < asset.plain().size();
    ByteSource body = gzip ? asset.gzip() : asset.plain();
    if (gzip) {
      response.setHeader("Content-Encoding", "gzip");
    }
    response.setContentType(asset.type());
    response.setContentLengthLong(body.size());
    if (!request.getMethod().equals("HEAD")) {
      body.copyTo(response.getOutputStream());
    }
  }

  private Optional<Asset> asset(String path) throws IOException {
    Asset known = assets.get(path);
    if (known != null) {
      return Optional.of(known);
    }
    String type = TYPES.get(path.substring(path.lastIndexOf('.') + 1));
    if (type == null || !PATH.matcher(path).matches()) {
      return Optional.empty();
    }
    try (InputStream in = StudioServlet.class.getResourceAsStream(ROOT + path)) {
      if (in == null) {
        return Optional.empty();
      }
      byte[] plain = in.readAllBytes();
      String etag = "W/\"" + Hashing.sha256().hashBytes(plain).toString().substring(0, 32) + "\"";
      Asset asset = new Asset(type, etag, ByteSource.wrap(plain), ByteSource.wrap(gzip(plain)));
      assets.put(path, asset);
      return Optional.of(asset);
    }
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(plain.length);
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }
}
