package com.jadariselabs.video.replicate;

import com.jadariselabs.video.replicate.ReplicateException.Kind;
import io.dropwizard.util.Duration;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/**
 * Streams outputs into files: what is read is written before more is asked for, so that a video
 * never stands in memory. The file appears under its name only when it is whole.
 */
final class Downloads {
  private static final int MAX_REDIRECTS = 3;

  private final Wire wire;
  private final OutputHosts hosts;
  private final Duration timeout;
  private final Clock clock;

  Downloads(Wire wire, OutputHosts hosts, Duration timeout, Clock clock) {
    this.wire = wire;
    this.hosts = hosts;
    this.timeout = timeout;
    this.clock = clock;
  }

  /** When a download that begins now must be over, in the terms of {@link System#nanoTime}. */
  long deadlineNanos() {
    return System.nanoTime() + timeout.toNanoseconds();
  }

  /** Fetches it; completes with the number of bytes. */
  CompletableFuture<Long> fetch(URI output, Path target, long maxBytes, long deadlineNanos) {
    return follow(output, target, maxBytes, MAX_REDIRECTS, deadlineNanos);
  }

  private CompletableFuture<Long> follow(
      URI uri, Path target, long maxBytes, int redirects, long deadlineNanos) {
    if (!hosts.allows(uri)) {
      return CompletableFuture.failedFuture(refused("is not at an allowed host"));
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
    if (millis <= 0) {
      return CompletableFuture.failedFuture(
          new ReplicateException(Kind.TRANSIENT, "download: its time is over."));
    }
    Request request = wire.request(uri).timeout(millis, TimeUnit.MILLISECONDS);
    FileSink sink = new FileSink(Wire.watch(request), target, maxBytes);
    request.send(sink);
    return sink.done.thenCompose(
        location -> {
          if (location == null) {
            return CompletableFuture.completedFuture(sink.count);
          }
          return redirects == 0
              ? CompletableFuture.failedFuture(refused("is redirected too often"))
              : follow(uri.resolve(location), target, maxBytes, redirects - 1, deadlineNanos);
        });
  }

  private static ReplicateException refused(String why) {
    return new ReplicateException(Kind.REFUSED_OUTPUT, "download: the output " + why + ".");
  }

  /** Receives one answer. The HTTP client calls it from one thread at a time. */
  private final class FileSink implements Response.Listener {
    /** With the address of a redirect, or null when the file is there. */
    final CompletableFuture<@Nullable URI> done = new CompletableFuture<>();

    private final AtomicBoolean begun;
    private final Path target;
    private final Path part;
    private final long maxBytes;
    private @Nullable FileChannel file;
    private @Nullable ReplicateException refusal;
    private volatile long count;

    FileSink(AtomicBoolean begun, Path target, long maxBytes) {
      this.begun = begun;
      this.target = target;
      this.part = target.resolveSibling(target.getFileName() + ".part");
      this.maxBytes = maxBytes;
    }

    @Override
    public void onHeaders(Response response) {
      if (response.getStatus() != 200) {
        return;
      }
      if (response.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH) > maxBytes) {
        stop(response, tooLarge());
        return;
      }
      try {
        file =
            FileChannel.open(
                part,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
      } catch (IOException e) {
        stop(response, disk(e));
      }
    }

    @Override
    public void onContent(Response response, Content.Chunk chunk, Runnable demander) {
      FileChannel channel = file;
      if (channel != null) {
        long after = count + chunk.remaining();
        if (after > maxBytes) {
          stop(response, tooLarge());
          return;
        }
        try {
          while (chunk.hasRemaining()) {
            channel.write(chunk.getByteBuffer());
          }
        } catch (IOException e) {
          stop(response, disk(e));
          return;
        }
        count = after;
      }
      demander.run();
    }

    @Override
    public void onComplete(Result result) {
      try {
        done.complete(finish(result));
      } catch (IOException e) {
        discard();
        done.completeExceptionally(disk(e));
      } catch (RuntimeException e) {
        discard();
        done.completeExceptionally(e);
      }
    }

    private @Nullable URI finish(Result result) throws IOException {
      FileChannel channel = file;
      if (channel != null) {
        channel.close();
      }
      ReplicateException own = refusal;
      if (own != null) {
        throw own;
      }
      if (result.isFailed()) {
        throw Wire.failure(Operation.DOWNLOAD, begun.get(), result.getFailure());
      }
      Response response = result.getResponse();
      int status = response.getStatus();
      if (status == 200) {
        long length = response.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH);
        if (length >= 0 && length != count) {
          throw new ReplicateException(Kind.TRANSIENT, "download: the output is not whole.");
        }
        Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
        return null;
      }
      String location = response.getHeaders().get(HttpHeader.LOCATION);
      if (status >= 300 && status < 400 && location != null) {
        return address(location);
      }
      throw new Answer(status, response.getHeaders(), new byte[0])
          .refusal(Operation.DOWNLOAD, clock);
    }

    private URI address(String location) {
      try {
        return URI.create(location);
      } catch (IllegalArgumentException e) {
        throw refused("is redirected to no address");
      }
    }

    /** What the client then reports may be another failure that came first: ours counts. */
    private void stop(Response response, ReplicateException why) {
      refusal = why;
      response.abort(why);
    }

    private ReplicateException tooLarge() {
      return new ReplicateException(
          Kind.TOO_LARGE, "download: the output is larger than %d bytes.".formatted(maxBytes));
    }

    private ReplicateException disk(IOException e) {
      return new ReplicateException(
          Kind.LOCAL_DISK,
          "download: the file cannot be written (" + e.getClass().getSimpleName() + ").");
    }

    private void discard() {
      try {
        Files.deleteIfExists(part);
      } catch (IOException e) {
        // What stays behind is overwritten by the next attempt.
      }
    }
  }
}
