package com.jadariselabs.video.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** HTTP by hand, for requests that no decent client would send. */
public final class RawHttp {
  private static final int TIMEOUT_MILLIS = 5_000;

  private final int port;

  /** Talks to this port of loopback. */
  public RawHttp(int port) {
    this.port = port;
  }

  /** What came back. */
  public record Answer(int status, String head, String body) {

    /** The header's value. */
    public Optional<String> header(String name) {
      Matcher line = Pattern.compile("(?im)^" + name + ": *(.*?)\\s*$").matcher(head);
      return line.find() ? Optional.of(line.group(1)) : Optional.empty();
    }
  }

  /** A decent request; {@code headers} are whole lines. */
  public Answer send(String method, String path, String body, String... headers) {
    StringBuilder request = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: localhost");
    for (String header : headers) {
      request.append("\r\n").append(header);
    }
    if (!body.isEmpty()) {
      int length = body.getBytes(StandardCharsets.UTF_8).length;
      request.append("\r\nContent-Length: ").append(length);
    }
    return raw(request + "\r\n\r\n" + body);
  }

  /** Sends these bytes and reads one answer. */
  public Answer raw(String request) {
    try (Socket socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port)) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      return read(socket.getInputStream(), request.startsWith("HEAD"));
    } catch (IOException e) {
      throw new AssertionError("no whole answer to " + request.lines().findFirst(), e);
    }
  }

  private static Answer read(InputStream in, boolean headOnly) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (!bytes.toString(StandardCharsets.UTF_8).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("ended in the head: " + bytes);
      }
      bytes.write(next);
    }
    String head = bytes.toString(StandardCharsets.UTF_8);
    Answer answer = new Answer(Integer.parseInt(head.substring(9, 12)), head, "");
    if (headOnly || answer.status() == 204 || answer.status() == 304) {
      return answer;
    }
    Optional<String> length = answer.header("Content-Length");
    byte[] body =
        length.isPresent()
            ? in.readNBytes(Integer.parseInt(length.get()))
            : answer.header("Transfer-Encoding").isPresent() ? chunks(in) : new byte[0];
    return new Answer(answer.status(), head, new String(body, StandardCharsets.UTF_8));
  }

  private static byte[] chunks(InputStream in) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      StringBuilder size = new StringBuilder();
      for (int next = in.read(); next != '\n'; next = in.read()) {
        size.append((char) next);
      }
      int length = Integer.parseInt(size.toString().trim(), 16);
      body.write(in.readNBytes(length));
      in.readNBytes(2);
      if (length == 0) {
        return body.toByteArray();
      }
    }
  }
}
