package com.jadariselabs.video.storage.supabase;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.jetty.client.ContentSourceRequestContent;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.io.Content;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One large file in pieces, by tus 1.0.0 as the storage speaks it: after a break the server is
 * asked how far it came, and the upload goes on from there. Of one thread.
 */
final class ResumableUpload {
  private static final Logger LOG = LoggerFactory.getLogger(ResumableUpload.class);

  /** The service takes no other size, the last piece aside. */
  static final int PIECE_BYTES = 6 << 20;

  private static final String PATH = "/upload/resumable";
  private static final int MOST_BREAKS = 5;
  private static final String TUS = "Tus-Resumable";
  private static final String VERSION = "1.0.0";

  private final Wire wire;
  private final Patience patience;
  private final Path file;
  private final long length;
  private final long deadlineNanos;

  ResumableUpload(Wire wire, Patience patience, Path file, long length) {
    this.wire = wire;
    this.patience = patience;
    this.file = file;
    this.length = length;
    this.deadlineNanos = System.nanoTime() + patience.store().toNanos();
  }

  /**
   * Uploads all of it.
   *
   * @param about what the service wants to know: bucketName, objectName, contentType, cacheControl
   * @throws StorageFailure with 409 where the name is taken
   */
  void run(Map<String, String> about, boolean over) throws IOException {
    String place = create(about, over);
    long offset = 0;
    boolean broken = false;
    int breaks = 0;
    while (offset < length) {
      try {
        long before = offset;
        offset = broken ? reached(place) : send(place, offset);
        broken = false;
        breaks = offset > before ? 0 : breaks;
      } catch (StorageFailure e) {
        if (!resumable(e) || (broken && e.status() == 404) || ++breaks > MOST_BREAKS) {
          throw e;
        }
        broken = true;
        LOG.info("an upload broke at {} of {} bytes, and is resumed", offset, length);
        pause(breaks);
      }
    }
  }

  /** Also where the server has another offset (409), is still writing (423), or forgot (404). */
  private static boolean resumable(StorageFailure failure) {
    return failure.passing() || Set.of(404, 409, 410, 423).contains(failure.status());
  }

  private String create(Map<String, String> about, boolean over) throws IOException {
    String metadata =
        about.entrySet().stream()
            .map(
                each ->
                    each.getKey()
                        + " "
                        + Base64.getEncoder().encodeToString(each.getValue().getBytes(UTF_8)))
            .collect(Collectors.joining(","));
    Request request =
        wire.request(HttpMethod.POST, PATH)
            .headers(
                headers ->
                    headers
                        .put(TUS, VERSION)
                        .put("Upload-Length", length)
                        .put("Upload-Metadata", metadata)
                        .put("x-upsert", Boolean.toString(over)));
    Answer answer = call("begin upload", request);
    String location = answer.headers().get("Location");
    int at = location == null ? -1 : location.indexOf(PATH + "/");
    if (location == null || at < 0) {
      throw garbled();
    }
    // Whatever host it names, the key is shown to the project's alone.
    String place = location.substring(at);
    if (!place.matches("[A-Za-z0-9/._~%=+-]+")) {
      throw garbled();
    }
    return place;
  }

  /** Sends the next piece and returns how far the server is now. */
  private long send(String place, long offset) throws IOException {
    long size = Math.min(PIECE_BYTES, length - offset);
    Request request =
        wire.request(HttpMethod.PATCH, place)
            .headers(headers -> headers.put(TUS, VERSION).put("Upload-Offset", offset))
            .body(
                new ContentSourceRequestContent(
                    Content.Source.from(file, offset, size), "application/offset+octet-stream"));
    long now = offset(call("upload", request));
    if (now <= offset || now > offset + size) {
      throw garbled();
    }
    return now;
  }

  /** How far the server came. */
  private long reached(String place) throws IOException {
    Request request =
        wire.request(HttpMethod.HEAD, place).headers(headers -> headers.put(TUS, VERSION));
    Answer answer = whatever("resume upload", request);
    if (answer.status() == 404 || answer.status() == 410) {
      throw new StorageFailure("resume upload: it has to begin again", 404, true);
    }
    long now = offset(answered("resume upload", answer));
    if (now < 0 || now > length) {
      throw garbled();
    }
    return now;
  }

  private Answer call(String operation, Request request) throws IOException {
    return answered(operation, whatever(operation, request));
  }

  private static Answer answered(String operation, Answer answer) throws StorageFailure {
    if (!answer.ok()) {
      throw answer.failure(operation);
    }
    return answer;
  }

  private Answer whatever(String operation, Request request) throws IOException {
    Duration left = Duration.ofNanos(deadlineNanos - System.nanoTime());
    if (left.isNegative()) {
      throw new StorageFailure(operation + ": its time is over", StorageFailure.NO_ANSWER, false);
    }
    Duration whole = left.compareTo(patience.call()) < 0 ? left : patience.call();
    return wire.send(operation, request, whole);
  }

  private static long offset(Answer answer) throws StorageFailure {
    long offset = answer.headers().getLongField("Upload-Offset");
    if (offset < 0) {
      throw garbled();
    }
    return offset;
  }

  private static StorageFailure garbled() {
    return new StorageFailure("upload: not what tus says", StorageFailure.NO_ANSWER, false);
  }

  private void pause(int breaks) throws InterruptedIOException {
    try {
      Thread.sleep(patience.pause().toMillis() << (breaks - 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("upload: interrupted");
    }
  }
}
