package com.jadariselabs.video.socket;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A POST of Engine.IO's long polling, whole: the engine would read it under its lock, believe its
 * declared length, and expect it to arrive in one piece.
 */
final class IoPost extends HttpServletRequestWrapper {
  private final String query;
  private final byte[] body;

  private IoPost(HttpServletRequest request, String query, byte[] body) {
    super(request);
    this.query = query;
    this.body = body;
  }

  /** Reads it; empty when it is longer than that. */
  static Optional<IoPost> read(HttpServletRequest request, String query, int mostBytes)
      throws IOException {
    try (InputStream in = request.getInputStream()) {
      byte[] body = in.readNBytes(mostBytes + 1);
      return body.length > mostBytes
          ? Optional.empty()
          : Optional.of(new IoPost(request, query, body));
    }
  }

  /** The same request with this as its body. */
  IoPost saying(String text) {
    return new IoPost(
        (HttpServletRequest) getRequest(), query, text.getBytes(StandardCharsets.UTF_8));
  }

  byte[] body() {
    return body;
  }

  @Override
  public String getQueryString() {
    return query;
  }

  @Override
  public boolean isAsyncSupported() {
    return true;
  }

  @Override
  public int getContentLength() {
    return body.length;
  }

  @Override
  public long getContentLengthLong() {
    return body.length;
  }

  @Override
  public ServletInputStream getInputStream() {
    ByteArrayInputStream bytes = new ByteArrayInputStream(body);
    return new ServletInputStream() {
      @Override
      public int read() {
        return bytes.read();
      }

      @Override
      public int read(byte[] buffer, int offset, int length) {
        return bytes.read(buffer, offset, length);
      }

      @Override
      public boolean isFinished() {
        return bytes.available() == 0;
      }

      @Override
      public boolean isReady() {
        return true;
      }

      @Override
      public void setReadListener(ReadListener listener) {
        throw new IllegalStateException("it is all there");
      }
    };
  }
}
