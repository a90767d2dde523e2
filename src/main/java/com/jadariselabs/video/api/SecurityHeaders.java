package com.jadariselabs.video.api;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * The headers that tell browsers what they must not do with an answer, on every answer: no
 * sniffing, no framing, no referrer to elsewhere, no inline code, nothing loaded from foreign
 * places.
 */
public final class SecurityHeaders extends HttpFilter {
  private static final String DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";

  private final String pagePolicy;
  private final boolean https;

  /**
   * The policy of the pages.
   *
   * @param connectOrigins where the pages' scripts may connect to besides the service, such as the
   *     sign-in service
   * @param mediaOrigins where videos and posters are besides the service
   * @param https whether the service is reached by https alone
   */
  public SecurityHeaders(List<String> connectOrigins, List<String> mediaOrigins, boolean https) {
    String connect = suffix(connectOrigins);
    String media = suffix(mediaOrigins);
    this.https = https;
    this.pagePolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:"
            + media
            + "; media-src 'self' blob:"
            + media
            + "; connect-src 'self'"
            + connect
            + "; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self';"
            + " frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types lit-html";
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    apply(request.getRequestURI(), response::setHeader);
    chain.doFilter(request, response);
  }

  /** Sets the headers of an answer for this path. */
  void apply(String path, BiConsumer<String, String> header) {
    header.accept("X-Content-Type-Options", "nosniff");
    header.accept("X-Frame-Options", "DENY");
    header.accept("Referrer-Policy", "no-referrer");
    header.accept(
        "Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()");
    header.accept("Cross-Origin-Opener-Policy", "same-origin");
    // Videos may be shown by other sites: their URLs are signed.
    header.accept(
        "Cross-Origin-Resource-Policy",
        path.startsWith("/media/") ? "cross-origin" : "same-origin");
    header.accept("Content-Security-Policy", path.startsWith("/api") ? DATA_POLICY : pagePolicy);
    if (path.startsWith("/api")) {
      // One user's; kept by browsers alone, and asked for again by its ETag.
      header.accept("Cache-Control", "private, no-cache");
    }
    if (https) {
      header.accept("Strict-Transport-Security", "max-age=31536000");
    }
  }

  private static String suffix(List<String> origins) {
    return origins.isEmpty() ? "" : " " + String.join(" ", origins);
  }
}
