package com.jadariselabs.video.replicate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.jadariselabs.video.replicate.ReplicateException.Kind;
import io.prometheus.client.CollectorRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.regex.Pattern;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/**
 * A client of <a href="https://replicate.com/docs/reference/http">Replicate's HTTP API</a>.
 *
 * <p>Every method returns at once; thousands of calls in flight need no more threads than ten. A
 * future that fails does so with a {@link ReplicateException} ({@link ReplicateException#of} takes
 * it out of what wraps it). Futures complete on the client's few threads: whoever goes on to wait
 * for something, such as a database, does so on an executor of its own ({@code thenApplyAsync}).
 */
public final class Replicate implements AutoCloseable {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final int MOST_PAGES = 10;

  /** What the circuit breaker lets through. */
  public enum Circuit {
    CLOSED,
    HALF_OPEN,
    OPEN
  }

  /**
   * How many calls may be made.
   *
   * @param perMinute null where there is no limit
   * @param left now, null where there is no limit
   * @param pauseMillis how long nothing is let through, as the provider asked; 0: no pause
   */
  public record Budget(@Nullable Integer perMinute, @Nullable Long left, long pauseMillis) {}

  private record Page(List<Prediction> predictions, @Nullable URI next) {}

  private final ObjectMapper json = new ObjectMapper();
  private final String api;
  private final OutputHosts hosts;
  private final Wire wire;
  private final Downloads downloads;
  private final Guard guard;
  private final Clock clock;
  private final ScheduledThreadPoolExecutor timer;

  /**
   * Starts the client.
   *
   * @throws IllegalArgumentException with one sentence if the settings cannot be right
   */
  public Replicate(ReplicateSettings settings, CollectorRegistry registry, Clock clock) {
    settings
        .problem()
        .ifPresent(
            problem -> {
              throw new IllegalArgumentException(problem);
            });
    this.api = settings.api().toString();
    this.clock = clock;
    this.timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "replicate-timer");
              thread.setDaemon(true);
              return thread;
            });
    this.hosts = new OutputHosts(settings.api());
    this.wire = new Wire(settings, hosts);
    this.downloads = new Downloads(wire, hosts, settings.downloadTimeout(), clock);
    this.guard = new Guard(settings, registry, timer);
  }

  /**
   * Makes a prediction. Repeated only after a 429 with a short wait; a longer one fails with
   * RATE_LIMITED and the wait. UNKNOWN_OUTCOME means that a prediction may be running.
   */
  public CompletableFuture<Prediction> create(CreatePrediction prediction) {
    byte[] body;
    try {
      body = json.writeValueAsBytes(prediction.body());
    } catch (JsonProcessingException e) {
      return CompletableFuture.failedFuture(
          new ReplicateException(Kind.INVALID_INPUT, "create: the input is not JSON."));
    }
    String trace = TraceParent.ofThisThread();
    return guard.run(
        Operation.CREATE,
        () ->
            call(
                Operation.CREATE,
                request(HttpMethod.POST, prediction.path(), trace)
                    .headers(h -> h.put("Cancel-After", prediction.cancelAfterHeader()))
                    .body(new BytesRequestContent("application/json", body))));
  }

  /** A prediction as it stands now. */
  public CompletableFuture<Prediction> get(String id) {
    String path = "/predictions/" + checked(id);
    String trace = TraceParent.ofThisThread();
    return guard.run(
        Operation.GET, () -> call(Operation.GET, request(HttpMethod.GET, path, trace)));
  }

  /** Stops a prediction; one that is over already is answered as it ended. */
  public CompletableFuture<Prediction> cancel(String id) {
    String path = "/predictions/" + checked(id) + "/cancel";
    String trace = TraceParent.ofThisThread();
    return guard.run(
        Operation.CANCEL, () -> call(Operation.CANCEL, request(HttpMethod.POST, path, trace)));
  }

  /**
   * The predictions created since then, newest first; at most a thousand. Finds those whose
   * creation was not answered.
   */
  public CompletableFuture<List<Prediction>> createdAfter(Instant since) {
    URI first = URI.create(api + "/predictions?created_after=" + since);
    return page(first, since, MOST_PAGES, new ArrayList<>());
  }

  /**
   * Fetches an output into a file, which is there only when it is whole; its directory must exist.
   * Completes with the number of bytes. An output elsewhere than the provider's hosts, or a
   * redirect to elsewhere, fails with REFUSED_OUTPUT, one that is gone with NOT_FOUND, one that is
   * larger than {@code maxBytes} with TOO_LARGE.
   */
  public CompletableFuture<Long> download(URI output, Path target, long maxBytes) {
    if (!hosts.allows(output)) {
      return CompletableFuture.failedFuture(
          new ReplicateException(
              Kind.REFUSED_OUTPUT, "download: the output is not at an allowed host."));
    }
    long deadlineNanos = downloads.deadlineNanos();
    return guard.run(
        Operation.DOWNLOAD, () -> downloads.fetch(output, target, maxBytes, deadlineNanos));
  }

  /**
   * What is known against the provider, without asking it; empty if nothing is. For a health check,
   * and no reason not to call: only a call finds out that all is well again.
   */
  public Optional<String> check() {
    return guard.problem();
  }

  /** What the circuit breaker lets through just now. */
  public Circuit circuit() {
    return switch (guard.state()) {
      case CLOSED -> Circuit.CLOSED;
      case HALF_OPEN -> Circuit.HALF_OPEN;
      case OPEN -> Circuit.OPEN;
    };
  }

  /** How many predictions may be made. */
  public Budget createBudget() {
    return guard.creates().state();
  }

  /** How many other calls may be made. */
  public Budget callBudget() {
    return guard.calls().state();
  }

  /** Ends all calls in flight; they fail. */
  @Override
  public void close() {
    // First no more retries, then the calls in flight: so each of their futures completes.
    timer.shutdown();
    wire.close();
  }

  private CompletableFuture<Prediction> call(Operation operation, Request request) {
    return wire.exchange(operation, request)
        .thenApply(answer -> answer.read(operation, clock, Prediction::of));
  }

  private CompletableFuture<List<Prediction>> page(
      URI uri, Instant since, int pages, List<Prediction> found) {
    return guard
        .run(
            Operation.LIST,
            () ->
                wire.exchange(Operation.LIST, wire.request(uri))
                    .thenApply(answer -> answer.read(Operation.LIST, clock, this::page)))
        .thenCompose(
            page -> {
              boolean older = false;
              for (Prediction each : page.predictions()) {
                if (each.createdAt() != null && each.createdAt().isBefore(since)) {
                  older = true;
                } else {
                  found.add(each);
                }
              }
              URI next = page.next();
              return next == null || older || pages == 1
                  ? CompletableFuture.completedFuture(List.copyOf(found))
                  : page(next, since, pages - 1, found);
            });
  }

  /** The next page's address is followed at the API alone, since the token goes with it. */
  private Page page(JsonNode node) {
    if (!node.path("results").isArray()) {
      throw new IllegalArgumentException("A page has results.");
    }
    List<Prediction> predictions = new ArrayList<>();
    node.path("results").forEach(each -> predictions.add(Prediction.of(each)));
    String next = node.path("next").asText("");
    URI uri = next.isEmpty() ? null : URI.create(api + "/predictions").resolve(next);
    return new Page(predictions, uri != null && hosts.isApi(uri) ? uri : null);
  }

  private Request request(HttpMethod method, String path, @Nullable String trace) {
    Request request = wire.request(URI.create(api + path)).method(method);
    return trace == null
        ? request
        : request.headers(headers -> headers.put(TraceParent.HEADER, trace));
  }

  private static String checked(String id) {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException("This is no prediction's id.");
    }
    return id;
  }
}
