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

/**
 * Refuses bodies that are too large, by their declared length at once and by what arrives where
 * none is declared; compressed ones, which would be larger than they look; and those that drip. The
 * time counts from the first read: a request that waited for a thread has done nothing wrong.
 */
public final class BodyLimit extends HttpFilter {
  private static final long LONGEST_NANOS = 10_000_000_000L;

  private final long maxBytes;
  private final Map<String, Long> others;
  private final transient Problems problems;

  /**
   * At most so many bytes.
   *
   * @param others by path, where another number holds
   */
  public BodyLimit(long maxBytes, Map<String, Long> others, Problems problems) {
    this.maxBytes = maxBytes;
    this.others = Map.copyOf(others);
    this.problems = problems;
  }

  /** More arrived than is allowed. */
  static final class BodyTooLarge extends IOException {
    BodyTooLarge(long maxBytes) {
      super("A body is at most " + maxBytes + " bytes");
    }
  }

  /** It still had not arrived when it should have. */
  static final class BodyTooSlow extends IOException {
    BodyTooSlow() {
      super("The body took too long to arrive");
    }
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    String encoding = request.getHeader("Content-Encoding");
    long most = others.getOrDefault(request.getRequestURI(), maxBytes);
    if (request.getContentLengthLong() > most) {
      // What follows on this connection is the rest of that body.
      response.setHeader("Connection", "close");
      problems.write(request, response, tooLarge(most));
    } else if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      problems.write(
          request,
          response,
          Problem.of(Problem.Code.UNSUPPORTED_MEDIA_TYPE, "Bodies are taken uncompressed"));
    } else if (request.getContentLengthLong() != 0) {
      chain.doFilter(new Counted(request, most), response);
    } else {
      chain.doFilter(request, response);
    }
  }

  /** The refusal. */
  static Problem tooLarge(long maxBytes) {
    return Problem.of(Problem.Code.PAYLOAD_TOO_LARGE, "A body is at most " + maxBytes + " bytes");
  }

  private static final class Counted extends HttpServletRequestWrapper {
    private final long most;

    Counted(HttpServletRequest request, long most) {
      super(request);
      this.most = most;
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
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
    private final long since = System.nanoTime();
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
      if (more > 0 && System.nanoTime() - since > LONGEST_NANOS) {
        throw new BodyTooSlow();
      }
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
