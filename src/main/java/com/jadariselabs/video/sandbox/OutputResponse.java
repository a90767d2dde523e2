package com.jadariselabs.video.sandbox;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.ByteRange;

/** Sends outputs as a delivery network would, single ranges included (RFC 9110, §14). */
final class OutputResponse {
  private static final Pattern ONE_RANGE = Pattern.compile("bytes=([0-9]+-[0-9]*|-[0-9]+)");
  private static final int CHUNK_BYTES = 32 << 10;

  void send(
      HttpServletRequest request,
      HttpServletResponse response,
      Prediction prediction,
      Outputs outputs)
      throws IOException {
    Optional<Path> file = outputs.find(prediction.token());
    if (file.isEmpty()) {
      response.setStatus(HttpServletResponse.SC_NOT_FOUND);
      return;
    }
    long length = Files.size(file.get());
    ByteRange range = new ByteRange(0, length - 1);
    String asked = request.getHeader("Range");
    response.setHeader("Accept-Ranges", "bytes");
    if (asked != null && ONE_RANGE.matcher(asked).matches()) {
      List<ByteRange> ranges = ByteRange.parse(List.of(asked), length);
      if (ranges.isEmpty()) {
        response.setStatus(HttpServletResponse.SC_REQUESTED_RANGE_NOT_SATISFIABLE);
        response.setHeader("Content-Range", ByteRange.toNonSatisfiableHeaderValue(length));
        return;
      }
      range = ranges.get(0);
      response.setStatus(HttpServletResponse.SC_PARTIAL_CONTENT);
      response.setHeader("Content-Range", range.toHeaderValue(length));
    }
    response.setContentType(
        prediction.marker() == Marker.HTML ? "text/html; charset=utf-8" : "video/mp4");
    response.setContentLengthLong(range.getLength());
    if (request.getMethod().equals("GET")) {
      // Less than was promised: the container then cuts the connection.
      long left =
          prediction.marker() == Marker.TRUNCATED ? range.getLength() / 2 : range.getLength();
      // The promise must be out before the container could correct it.
      response.flushBuffer();
      copy(file.get(), range.first(), left, response);
    }
  }

  private static void copy(Path file, long from, long length, HttpServletResponse response)
      throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      in.skipNBytes(from);
      byte[] chunk = new byte[CHUNK_BYTES];
      long left = length;
      while (left > 0) {
        int read = in.read(chunk, 0, (int) Math.min(chunk.length, left));
        if (read < 0) {
          return;
        }
        response.getOutputStream().write(chunk, 0, read);
        left -= read;
      }
    }
  }
}
