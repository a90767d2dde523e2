package com.jadariselabs.video.api;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Refuses bodies that are too large, by their declared length at once and by what arrives where
 * none is declared; and compressed ones, which would be larger than they look.
 */
public final class BodyLimit extends HttpFilter {
  private final long maxBytes;
  private final Map<String, Long> others;
  private final Set<String> later;
  private final transient Problems problems;

  /**
   * At most so many bytes.
   *
   * @param others by path, where another number holds
   * @param later the paths whose POST is refused not before its body is read: it is looked first
   *     who calls, and the refusal says more
   */
  public BodyLimit(long maxBytes, Map<String, Long> others, Set<String> later, Problems problems) {
    this.maxBytes = maxBytes;
    this.others = Map.copyOf(others);
    this.later = Set.copyOf(later);
    this.problems = problems;
  }

  /** More arrived than is allowed. */
  static final class BodyTooLarge extends IOException {
    BodyTooLarge(long maxBytes) {
      super("A body is at most " + maxBytes + " bytes");
    }
  }

  /** It is compressed. */
  static final class BodyCompressed extends IOException {
    BodyCompressed() {
      super("Bodies are taken uncompressed");
    }
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    long most = others.getOrDefault(request.getRequestURI(), maxBytes);
    IOException wrong = wrong(request, most);
    if (wrong instanceof BodyTooLarge) {
      // What follows on this connection is the rest of that body.
      response.setHeader("Connection", "close");
    }
    if (wrong != null && !isLater(request)) {
      problems.write(request, response, refusal(wrong));
    } else if (request.getContentLengthLong() != 0) {
      chain.doFilter(new Counted(request, most, wrong), response);
    } else {
      chain.doFilter(request, response);
    }
  }

  private boolean isLater(HttpServletRequest request) {
    return "POST".equals(request.getMethod()) && later.contains(request.getRequestURI());
  }

  /** What its headers already say against a body. */
  private static @Nullable IOException wrong(HttpServletRequest request, long most) {
    if (request.getContentLengthLong() > most) {
      return new BodyTooLarge(most);
    }
    String encoding = request.getHeader("Content-Encoding");
    return encoding == null || encoding.equalsIgnoreCase("identity") ? null : new BodyCompressed();
  }

  /** The refusal of a body that is too large or compressed. */
  static Problem refusal(IOException wrong) {
    Problem.Code code =
        wrong instanceof BodyTooLarge
            ? Problem.Code.PAYLOAD_TOO_LARGE
            : Problem.Code.UNSUPPORTED_MEDIA_TYPE;
    return Problem.of(code, String.valueOf(wrong.getMessage()));
  }

  private static final class Counted extends HttpServletRequestWrapper {
    private final long most;
    private final @Nullable IOException wrong;

    Counted(HttpServletRequest request, long most, @Nullable IOException wrong) {
      super(request);
      this.most = most;
      this.wrong = wrong;
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
      if (wrong != null) {
        throw wrong;
      }
      return new CountedStream(super.getInputStream(), most);
    }

    @Override
    public BufferedReader getReader() throws IOException {
      return new BufferedReader(new InputStreamReader(getInputStream(), StandardCharsets.UTF_8));
    }
  }

  private static final class CountedStream extends ServletInputStream {
    private final ServletInputStream body;
    private final long most;
    private long read;

    CountedStream(ServletInputStream body, long most) {
      this.most = most;
      this.body = body;
    }

    @Override
    public int read() throws IOException {
      int value = body.read();
      count(value < 0 ? 0 : 1);
      return value;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int count = body.read(buffer, offset, length);
      count(Math.max(0, count));
      return count;
    }

    private void count(int more) throws IOException {
      read += more;
      if (read > most) {
        throw new BodyTooLarge(most);
      }
    }

    @Override
    public boolean isFinished() {
      return body.isFinished();
    }

    @Override
    public boolean isReady() {
      return body.isReady();
    }

    @Override
    public void setReadListener(ReadListener listener) {
      body.setReadListener(listener);
    }
  }
}
