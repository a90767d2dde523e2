package com.jadariselabs.video.image;

import com.jadariselabs.video.outgoing.GuardedClient;
import com.jadariselabs.video.outgoing.OutgoingUrl;
import com.jadariselabs.video.outgoing.PublicAddresses.PrivateAddressException;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/**
 * Fetches what a user named into a file: what is read is written before more is asked for, so that
 * no picture stands in memory. Thread-safe; nobody's thread waits.
 */
final class Fetcher implements AutoCloseable {
  private static final int MOST_CONNECTIONS = 4;

  private final HttpClient client;
  private final ImageSettings settings;

  Fetcher(ImageSettings settings) {
    this.settings = settings;
    this.client =
        GuardedClient.of(
            "images", MOST_CONNECTIONS, settings.connectTimeout(), settings.allowPrivate());
    try {
      GuardedClient.start(client);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Fetches; completes with what is wrong, or empty when the file is there and whole. */
  CompletableFuture<Optional<Kept.Refused>> fetch(String url, Path file) {
    if (OutgoingUrl.problem(url, settings.allowPrivate()).isPresent()) {
      return CompletableFuture.completedFuture(Optional.of(refused()));
    }
    Sink sink = new Sink(file, settings.maxBytes());
    client
        .newRequest(URI.create(url))
        .headers(headers -> headers.put(HttpHeader.ACCEPT, "image/jpeg, image/png, image/webp"))
        .timeout(settings.timeout().toMillis(), TimeUnit.MILLISECONDS)
        .send(sink);
    return sink.done;
  }

  @Override
  public void close() {
    try {
      client.stop();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  static Kept.Refused tooLarge() {
    return new Kept.Refused("image_too_large", "The start image is larger than allowed.", false);
  }

  private static Kept.Refused refused() {
    return new Kept.Refused(
        "image_refused", "The start image cannot be fetched from its address.", false);
  }

  private static Kept.Refused unreachable() {
    return new Kept.Refused("image_unreachable", "The start image could not be fetched.", true);
  }

  /** Receives one answer; the client calls it from one thread at a time. */
  private static final class Sink implements Response.Listener {
    final CompletableFuture<Optional<Kept.Refused>> done = new CompletableFuture<>();
    private final Path file;
    private final long maxBytes;
    private @Nullable FileChannel channel;
    private Kept.@Nullable Refused refusal;
    private @Nullable IOException disk;
    private long count;

    Sink(Path file, long maxBytes) {
      this.file = file;
      this.maxBytes = maxBytes;
    }

    @Override
    public void onHeaders(Response response) {
      if (response.getStatus() != 200) {
        refusal = answered(response.getStatus());
        response.abort(new IOException("nobody reads it"));
        return;
      }
      if (response.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH) > maxBytes) {
        refusal = tooLarge();
        response.abort(new IOException("too large"));
        return;
      }
      try {
        channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
      } catch (IOException e) {
        disk = e;
        response.abort(e);
      }
    }

    @Override
    public void onContent(Response response, Content.Chunk chunk, Runnable demander) {
      FileChannel open = channel;
      if (open != null) {
        count += chunk.remaining();
        if (count > maxBytes) {
          refusal = tooLarge();
          response.abort(new IOException("too large"));
          return;
        }
        try {
          while (chunk.hasRemaining()) {
            open.write(chunk.getByteBuffer());
          }
        } catch (IOException e) {
          disk = e;
          response.abort(e);
          return;
        }
      }
      demander.run();
    }

    @Override
    public void onComplete(Result result) {
      try {
        FileChannel open = channel;
        if (open != null) {
          open.close();
        }
      } catch (IOException e) {
        disk = e;
      }
      if (disk != null) {
        done.completeExceptionally(disk);
      } else {
        done.complete(outcome(result));
      }
    }

    private Optional<Kept.Refused> outcome(Result result) {
      if (refusal != null) {
        return Optional.of(refusal);
      }
      if (!result.isFailed()) {
        return Optional.empty();
      }
      for (Throwable at = result.getFailure(); at != null; at = at.getCause()) {
        if (at instanceof PrivateAddressException) {
          return Optional.of(refused());
        }
      }
      return Optional.of(unreachable());
    }

    /** What a server says of itself may pass; what it says of the picture stays. */
    private static Kept.Refused answered(int status) {
      boolean passing = status >= 500 || status == 408 || status == 425 || status == 429;
      return passing ? unreachable() : refused();
    }
  }
}
