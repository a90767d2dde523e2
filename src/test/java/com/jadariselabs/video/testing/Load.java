package com.jadariselabs.video.testing;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * A steady load: on each of many connections, which are kept, one request after the other. By plain
 * sockets, since it shares the processor with what it measures.
 */
public final class Load {
  private static final int TIMEOUT_MILLIS = 10_000;

  private final URI url;
  private final int connections;
  private final int expectedStatus;
  private final IntFunction<String> request;
  private final AtomicInteger next = new AtomicInteger();

  /**
   * A load on this server; any other status than the expected one ends it with an error.
   *
   * @param request the n-th one, from 0: a whole HTTP/1.1 request
   */
  public Load(URI url, int connections, int expectedStatus, IntFunction<String> request) {
    this.url = url;
    this.connections = connections;
    this.expectedStatus = expectedStatus;
    this.request = request;
  }

  /** What it came to. */
  public record Result(int answers, double seconds, double medianMillis, double p99Millis) {
    /** Answers a second. */
    public double rate() {
      return answers / seconds;
    }
  }

  /** Goes on for so long. */
  public Result run(Duration time) {
    ExecutorService threads = Executors.newFixedThreadPool(connections);
    try {
      long began = System.nanoTime();
      List<CompletableFuture<List<Long>>> all = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        all.add(CompletableFuture.supplyAsync(() -> connection(began + time.toNanos()), threads));
      }
      long[] nanos =
          all.stream().flatMap(one -> one.join().stream()).mapToLong(each -> each).toArray();
      double seconds = (System.nanoTime() - began) / 1e9;
      Arrays.sort(nanos);
      return new Result(
          nanos.length,
          seconds,
          nanos[nanos.length / 2] / 1e6,
          nanos[(int) (nanos.length * 0.99)] / 1e6);
    } finally {
      threads.shutdownNow();
    }
  }

  /** How long each answer took, in nanoseconds. */
  private List<Long> connection(long deadline) {
    List<Long> took = new ArrayList<>();
    try (Socket socket = new Socket(url.getHost(), url.getPort())) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      for (long before = System.nanoTime(); before < deadline; before = System.nanoTime()) {
        byte[] bytes = request.apply(next.getAndIncrement()).getBytes(StandardCharsets.UTF_8);
        socket.getOutputStream().write(bytes);
        answer(in);
        took.add(System.nanoTime() - before);
      }
      return took;
    } catch (IOException e) {
      throw new AssertionError("after " + took.size() + " answers", e);
    }
  }

  private void answer(InputStream in) throws IOException {
    String status = line(in);
    int length = 0;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      if (header.regionMatches(true, 0, "Content-Length:", 0, 15)) {
        length = Integer.parseInt(header.substring(15).strip());
      }
    }
    String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    if (!status.startsWith("HTTP/1.1 " + expectedStatus)) {
      throw new AssertionError(status + ": " + body);
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("in the head: " + line);
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }
}
