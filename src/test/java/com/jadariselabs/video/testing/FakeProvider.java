package com.jadariselabs.video.testing;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A Replicate to be scripted: answers at once and without a thread per call, unless told otherwise.
 *
 * <pre>{@code
 * try (FakeProvider provider = FakeProvider.start(mp4)) {
 *   provider.takes(Duration.ofSeconds(10)).next(Call.GET, Fault.status(500), Fault.hang());
 *   … new Replicate(ReplicateSettings.at(provider.apiUrl(), "r8_test"), …)
 *   assertThat(provider.made()).hasSize(1);
 *   assertThat(provider.running()).isZero();
 * }
 * }</pre>
 */
public final class FakeProvider implements AutoCloseable {
  /** What can be asked of it. */
  public enum Call {
    CREATE,
    GET,
    CANCEL,
    LIST,
    OUTPUT
  }

  /** A request as it came in; {@code bearer} is its whole {@code Authorization}, or null. */
  public record Received(Call call, String path, @Nullable String bearer, @Nullable String trace) {}

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, Object>> INPUT = new TypeReference<>() {};
  private static final Pattern PATH =
      Pattern.compile(
          "/v1/(?:(?<version>predictions)|models/(?<model>[^/]+/[^/]+)/predictions"
              + "|predictions/(?<get>[^/]+)|predictions/(?<cancel>[^/]+)/cancel)"
              + "|/output/(?<output>[^/]+)");
  private static final Pattern DURATION = Pattern.compile("(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?");
  private static final int PAGE = 100;

  private final byte[] video;
  private final FakeServer server;
  private final Map<String, FakePrediction> predictions = new ConcurrentHashMap<>();
  private final List<FakePrediction> inOrder = Collections.synchronizedList(new ArrayList<>());
  private final Map<Call, ConcurrentLinkedQueue<Fault>> once = new EnumMap<>(Call.class);
  private final Map<Call, Fault> always = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<String> errors = new ConcurrentLinkedQueue<>();
  private final List<Received> received = Collections.synchronizedList(new ArrayList<>());
  private final Map<Call, AtomicInteger> counts = new EnumMap<>(Call.class);
  private final AtomicInteger ids = new AtomicInteger();

  /** No two providers of a run make predictions of the same id. */
  private final String series =
      "pred" + Long.toString(ThreadLocalRandom.current().nextLong(1L << 40), 36) + "n";

  private volatile Duration takes = Duration.ZERO;
  private volatile int takesPolls;
  private volatile boolean recording = true;
  private volatile boolean logs = true;
  private volatile UnaryOperator<String> outputs = address -> address;

  private FakeProvider(byte[] video) {
    this.video = video;
    for (Call call : Call.values()) {
      once.put(call, new ConcurrentLinkedQueue<>());
      counts.put(call, new AtomicInteger());
    }
    this.server = new FakeServer(this::answer);
  }

  /** Starts one on a free port of loopback whose every output is this video. */
  public static FakeProvider start(byte[] video) {
    return new FakeProvider(video.clone());
  }

  /** For {@code REPLICATE_API_URL}. */
  public String apiUrl() {
    return server.origin() + "/v1";
  }

  /** The address of an output of its own. */
  public URI output(String name) {
    return URI.create(server.origin() + "/output/" + name);
  }

  /** How long predictions made from now on take. */
  public FakeProvider takes(Duration time) {
    takes = time;
    return this;
  }

  /** How often predictions made from now on must be asked for before they are done. */
  public FakeProvider takesPolls(int polls) {
    takesPolls = polls;
    return this;
  }

  /** The next calls of this sort meet these faults, one each. */
  public FakeProvider next(Call call, Fault... faults) {
    Collections.addAll(faults(call), faults);
    return this;
  }

  /** Every call of this sort meets this fault, until {@link #heal}. */
  public FakeProvider always(Call call, Fault fault) {
    always.put(call, fault);
    return this;
  }

  /** No more faults. */
  public FakeProvider heal() {
    always.clear();
    once.values().forEach(ConcurrentLinkedQueue::clear);
    return this;
  }

  /** The next predictions fail with these errors, one each. */
  public FakeProvider failNext(String... messages) {
    Collections.addAll(errors, messages);
    return this;
  }

  /** Predictions made from now on write no logs, as proxied models do. */
  public FakeProvider withoutLogs() {
    logs = false;
    return this;
  }

  /** Outputs made from now on are at another address than its own. */
  public FakeProvider outputsAt(UnaryOperator<String> address) {
    outputs = address;
    return this;
  }

  /** Keeps no list of requests: for tests with very many. */
  public FakeProvider withoutRecord() {
    recording = false;
    return this;
  }

  /** All predictions, oldest first: what was created, answered or not. */
  public List<FakePrediction> made() {
    synchronized (inOrder) {
      return List.copyOf(inOrder);
    }
  }

  /** A prediction by its id. */
  public Optional<FakePrediction> made(String id) {
    return Optional.ofNullable(predictions.get(id));
  }

  /** How many predictions would still cost money. */
  public int running() {
    return (int) made().stream().filter(FakePrediction::running).count();
  }

  /** How many requests of this sort came in, faults included. */
  public int calls(Call call) {
    return count(call).get();
  }

  /** The requests that came in, in order. */
  public List<Received> received() {
    synchronized (received) {
      return List.copyOf(received);
    }
  }

  /** Stops answering: connections are refused from now on. */
  @Override
  public void close() {
    server.close();
  }

  private void answer(FakeServer.Exchange exchange) {
    Matcher path = PATH.matcher(exchange.path());
    if (!path.matches()) {
      exchange.reply(404, Map.of(), "{\"detail\":\"Not found.\"}");
      return;
    }
    Call call = call(path, exchange);
    count(call).incrementAndGet();
    if (recording) {
      received.add(
          new Received(
              call,
              exchange.path(),
              exchange.header("Authorization"),
              exchange.header("traceparent")));
    }
    Fault queued = faults(call).poll();
    Fault fault = queued == null ? always.get(call) : queued;
    if (fault != null && !fault.takesEffect()) {
      exchange.spoil(fault, new byte[0]);
      return;
    }
    if (call == Call.OUTPUT) {
      reply(exchange, fault, 200, "video/mp4", video);
      return;
    }
    Optional<JsonNode> result = perform(call, path, exchange);
    byte[] body = result.map(JsonNode::toString).orElse("{}").getBytes(StandardCharsets.UTF_8);
    int status = result.isEmpty() ? 404 : call == Call.CREATE ? 201 : 200;
    reply(exchange, fault, status, "application/json", body);
  }

  private static void reply(
      FakeServer.Exchange exchange, @Nullable Fault fault, int status, String type, byte[] body) {
    if (fault == null) {
      exchange.reply(status, Map.of("Content-Type", type), body);
    } else {
      exchange.spoil(fault, body);
    }
  }

  private static Call call(Matcher path, FakeServer.Exchange exchange) {
    if (path.group("output") != null) {
      return Call.OUTPUT;
    }
    if (path.group("get") != null) {
      return Call.GET;
    }
    if (path.group("cancel") != null) {
      return Call.CANCEL;
    }
    return exchange.method().equals("POST") ? Call.CREATE : Call.LIST;
  }

  private Optional<JsonNode> perform(Call call, Matcher path, FakeServer.Exchange exchange) {
    return switch (call) {
      case CREATE -> Optional.of(json(create(path.group("model"), exchange)));
      case LIST -> Optional.of(list(exchange.query("cursor")));
      case GET -> made(path.group("get")).map(this::polled);
      case CANCEL -> made(path.group("cancel")).map(this::cancelled);
      case OUTPUT -> Optional.empty();
    };
  }

  private FakePrediction create(@Nullable String model, FakeServer.Exchange exchange) {
    JsonNode body = parse(exchange.body());
    String id = series + ids.incrementAndGet();
    FakePrediction prediction =
        new FakePrediction(
            id,
            model == null ? "someone/versioned" : model,
            body.path("version").asText(null),
            JSON.convertValue(body.path("input"), INPUT),
            duration(exchange.header("Cancel-After")),
            body.path("webhook").asText(null),
            exchange.header("Authorization"),
            takes,
            takesPolls,
            logs,
            errors.poll(),
            outputs.apply(server.origin() + "/output/" + id + ".mp4"));
    predictions.put(id, prediction);
    inOrder.add(prediction);
    return prediction;
  }

  private JsonNode polled(FakePrediction prediction) {
    prediction.poll();
    return json(prediction);
  }

  private JsonNode cancelled(FakePrediction prediction) {
    prediction.cancel();
    return json(prediction);
  }

  private JsonNode list(@Nullable String cursor) {
    List<FakePrediction> newestFirst = new ArrayList<>(made());
    Collections.reverse(newestFirst);
    int from = cursor == null ? 0 : Integer.parseInt(cursor);
    int to = Math.min(newestFirst.size(), from + PAGE);
    ObjectNode page = JSON.createObjectNode();
    boolean more = to < newestFirst.size();
    page.put("next", more ? apiUrl() + "/predictions?cursor=" + to : null);
    newestFirst.subList(from, to).forEach(each -> page.withArray("results").add(json(each)));
    page.withArray("results");
    return page;
  }

  private ObjectNode json(FakePrediction prediction) {
    ObjectNode node = JSON.createObjectNode();
    prediction.write(node, apiUrl());
    return node;
  }

  private ConcurrentLinkedQueue<Fault> faults(Call call) {
    return once.computeIfAbsent(call, none -> new ConcurrentLinkedQueue<>());
  }

  private AtomicInteger count(Call call) {
    return counts.computeIfAbsent(call, none -> new AtomicInteger());
  }

  private static @Nullable Duration duration(@Nullable String text) {
    Matcher parts = DURATION.matcher(text == null ? "" : text);
    if (text == null || !parts.matches()) {
      return null;
    }
    return Duration.ofHours(number(parts.group(1)))
        .plusMinutes(number(parts.group(2)))
        .plusSeconds(number(parts.group(3)));
  }

  private static long number(@Nullable String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }

  private static JsonNode parse(String body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
