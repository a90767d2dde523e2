package com.jadariselabs.video.api;

import com.jadariselabs.video.storage.Kind;
import com.jadariselabs.video.storage.Storages;
import com.jadariselabs.video.storage.StoredFile;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.ByteRange;
import org.jspecify.annotations.Nullable;

/**
 * Videos and posters at {@code /media/<generation>/<file>?expires&sig}: signed, with single byte
 * ranges, validators and long caching (RFC 9110, §13 and §14; RFC 8246). A wrong signature, an
 * unknown generation and an absent file are all the same 404. Bodies are written asynchronously: a
 * slow client holds a buffer, not a thread. What is not on the local disk is redirected to.
 */
public final class MediaServlet extends HttpServlet {
  private static final Pattern PATH =
      Pattern.compile(
          "/(gen_[A-Za-z0-9]{1,64})/(video\\.mp4|poster\\.jpg|start\\.(?:jpg|png|webp))");

  private static final Pattern ONE_RANGE = Pattern.compile("bytes=\\s*([0-9]+-[0-9]*|-[0-9]+)\\s*");
  private static final int CHUNK_BYTES = 32 << 10;

  private final transient Storages storages;
  private final transient BiFunction<String, Kind, Optional<String>> keys;

  /**
   * @param keys tells the storage key of a generation's file, if it has one
   */
  public MediaServlet(Storages storages, BiFunction<String, Kind, Optional<String>> keys) {
    this.storages = storages;
    this.keys = keys;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    boolean head = request.getMethod().equals("HEAD");
    if (!head && !request.getMethod().equals("GET")) {
      response.setHeader("Allow", "GET, HEAD");
      response.sendError(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
      return;
    }
    Matcher path = PATH.matcher(request.getPathInfo() == null ? "" : request.getPathInfo());
    Optional<Kind> kind =
        path.matches() ? asked(request, path.group(1), path.group(2)) : Optional.empty();
    Optional<String> key = kind.flatMap(asked -> keys.apply(path.group(1), asked));
    if (key.isPresent() && !storages.isLocal(key.get())) {
      redirect(response, path.group(1), kind.get(), key.get());
      return;
    }
    Optional<StoredFile> file = key.flatMap(storages::find);
    if (file.isEmpty()) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
      return;
    }
    describe(request, response, file.get(), path.group(1));
    answer(request, response, file.get(), head);
  }

  private Optional<Kind> asked(HttpServletRequest request, String id, String fileName) {
    return Kind.named(fileName)
        .filter(
            kind ->
                storages
                    .urls()
                    .verify(
                        id, kind, request.getParameter("expires"), request.getParameter("sig")));
  }

  /** What a storage service keeps is fetched from there. */
  private void redirect(HttpServletResponse response, String id, Kind kind, String key)
      throws IOException {
    try {
      response.setHeader("Location", storages.url(key, id, kind));
      response.setHeader("Cache-Control", "private, max-age=60");
      response.setStatus(HttpServletResponse.SC_FOUND);
    } catch (IOException e) {
      response.setHeader("Retry-After", "5");
      response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
    }
  }

  private static void describe(
      HttpServletRequest request, HttpServletResponse response, StoredFile file, String id) {
    String disposition = "1".equals(request.getParameter("download")) ? "attachment" : "inline";
    String extension = file.contentType().substring(file.contentType().indexOf('/') + 1);
    response.setHeader("ETag", file.etag());
    response.setHeader("Accept-Ranges", "bytes");
    // The URL is the secret, and what is behind it never changes.
    response.setHeader("Cache-Control", "public, max-age=31536000, immutable");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader(
        "Content-Disposition",
        disposition
            + "; filename=\""
            + id
            + "."
            + (extension.equals("jpeg") ? "jpg" : extension)
            + "\"");
  }

  private static void answer(
      HttpServletRequest request, HttpServletResponse response, StoredFile file, boolean head)
      throws IOException {
    if (names(request.getHeader("If-None-Match"), file.etag())) {
      response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
      return;
    }
    ByteRange range = new ByteRange(0, file.length() - 1);
    // RFC 9110, §14.2: ranges are for GET alone.
    String asked = head ? null : range(request, file);
    if (asked != null) {
      List<ByteRange> ranges = ByteRange.parse(List.of(asked), file.length());
      if (ranges.isEmpty()) {
        response.setStatus(HttpServletResponse.SC_REQUESTED_RANGE_NOT_SATISFIABLE);
        response.setHeader("Content-Range", ByteRange.toNonSatisfiableHeaderValue(file.length()));
        response.setContentLengthLong(0);
        return;
      }
      range = ranges.get(0);
      response.setStatus(HttpServletResponse.SC_PARTIAL_CONTENT);
      response.setHeader("Content-Range", range.toHeaderValue(file.length()));
    }
    response.setContentType(file.contentType());
    response.setContentLengthLong(range.getLength());
    if (!head) {
      send(request, response, file, range);
    }
  }

  /** The one range that is asked for; several, or what is no range, get all of it (§14.2). */
  private static @Nullable String range(HttpServletRequest request, StoredFile file) {
    String header = request.getHeader("Range");
    String condition = request.getHeader("If-Range");
    boolean holds = condition == null || condition.strip().equals(file.etag());
    return header != null && holds && ONE_RANGE.matcher(header).matches() ? header : null;
  }

  private static boolean names(@Nullable String header, String etag) {
    if (header == null) {
      return false;
    }
    for (String candidate : header.split(",", -1)) {
      String tag = candidate.strip();
      // The comparison is the weak one here (§13.1.2).
      if (tag.equals("*") || (tag.startsWith("W/") ? tag.substring(2) : tag).equals(etag)) {
        return true;
      }
    }
    return false;
  }

  private static void send(
      HttpServletRequest request, HttpServletResponse response, StoredFile file, ByteRange range)
      throws IOException {
    FileChannel channel =
        FileChannel.open(file.path(), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    try {
      AsyncContext context = request.startAsync();
      // The connection's own idle time-out ends the reading of a client that stands still.
      context.setTimeout(0);
      ServletOutputStream out = response.getOutputStream();
      out.setWriteListener(new Sending(context, out, channel, range));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Writes as much as the client takes, then lets go of the thread until it takes more. */
  private static final class Sending implements WriteListener {
    private final AsyncContext context;
    private final ServletOutputStream out;
    private final FileChannel channel;
    private final long end;
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    private long at;

    Sending(AsyncContext context, ServletOutputStream out, FileChannel channel, ByteRange range) {
      this.context = context;
      this.out = out;
      this.channel = channel;
      this.at = range.first();
      this.end = range.last() + 1;
    }

    @Override
    public void onWritePossible() throws IOException {
      while (out.isReady()) {
        if (at >= end) {
          finish();
          return;
        }
        chunk.clear().limit((int) Math.min(CHUNK_BYTES, end - at));
        int read = channel.read(chunk, at);
        if (read <= 0) {
          throw new EOFException("the file became shorter while it was sent");
        }
        at += read;
        out.write(chunk.array(), 0, read);
      }
    }

    /** A client that goes away while seeking is nothing to speak of. */
    @Override
    public void onError(Throwable failure) {
      try {
        finish();
      } catch (IOException e) {
        // Nothing was written through this channel: there is nothing to lose.
      }
    }

    private void finish() throws IOException {
      try {
        channel.close();
      } finally {
        context.complete();
      }
    }
  }
}
