package com.jadariselabs.video.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.jadariselabs.video.outgoing.OutgoingUrl;
import io.dropwizard.lifecycle.Managed;
import io.prometheus.client.CollectorRegistry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers what stands in the outbox, at least once: each message by whichever instance takes it
 * first, again by any of them where a try was lost with its process. Every try of a message has the
 * same id and body (Standard Webhooks). Thread-safe.
 */
public final class Outbox implements Managed {
  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_UNDER_WAY = 64;
  private static final long PERIOD_MILLIS = 1_000;
  private static final Duration LOST_AFTER_TIMEOUT = Duration.ofSeconds(30);
  private static final double JITTER = 0.2;
  private static final int GONE = 410;
  private static final Duration LONGEST = Duration.ofDays(1);

  private final OutboxDao dao;
  private final WebhookSecrets secrets;
  private final Function<String, Optional<?>> data;
  private final Signer signer;
  private final WebhookSettings settings;
  private final Clock clock;
  private final Sender sender;
  private final Breakers breakers;
  private final WebhookMetrics metrics;
  private final AtomicInteger underWay = new AtomicInteger();
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          new ThreadFactoryBuilder().setNameFormat("webhooks").setDaemon(true).build());

  /**
   * An outbox in this database; nothing is sent before {@link #start}.
   *
   * @param data what is told of a generation, to be written as JSON; empty where there is none
   */
  public Outbox(
      Jdbi jdbi,
      WebhookSecrets secrets,
      Function<String, Optional<?>> data,
      Signer signer,
      WebhookSettings settings,
      CollectorRegistry registry,
      Clock clock) {
    this.dao = jdbi.onDemand(OutboxDao.class);
    this.secrets = secrets;
    this.data = data;
    this.signer = signer;
    this.settings = settings;
    this.clock = clock;
    this.sender = new Sender(settings);
    this.breakers = new Breakers(clock, settings.timeout().plus(LOST_AFTER_TIMEOUT));
    this.metrics = new WebhookMetrics(registry);
  }

  @Override
  public void start() throws Exception {
    sender.start();
    executor.scheduleWithFixedDelay(
        this::deliver, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    executor.scheduleWithFixedDelay(() -> quietly(dao::forget), 1, 60, TimeUnit.MINUTES);
  }

  @Override
  public void stop() {
    executor.shutdownNow();
    sender.close();
  }

  /** There may be something to deliver: now rather than within a second. */
  public void wake() {
    onExecutor(this::deliver);
  }

  private void deliver() {
    quietly(
        () -> {
          int room = MOST_UNDER_WAY - underWay.get();
          if (room > 0) {
            Duration lease = settings.timeout().plus(LOST_AFTER_TIMEOUT);
            dao.claim(room, lease.toMillis() / 1000.0)
                .forEach(message -> quietly(() -> attempt(message)));
          }
        });
  }

  private void attempt(Message claimed) {
    if (OutgoingUrl.problem(claimed.url(), settings.allowPrivate()).isPresent()) {
      ended(claimed, "failed", "refused address");
      return;
    }
    Optional<Duration> leftAlone = breakers.openFor(endpoint(claimed));
    if (leftAlone.isPresent()) {
      postponed(claimed, leftAlone.get());
      return;
    }
    Optional<Message> written = written(claimed);
    if (written.isEmpty()) {
      ended(claimed, "failed", "nothing to tell");
      return;
    }
    Message message = written.get();
    byte[] body = String.valueOf(message.body()).getBytes(StandardCharsets.UTF_8);
    Instant now = clock.instant();
    List<String> keys = secrets.signing(message.userId());
    long began = System.nanoTime();
    underWay.incrementAndGet();
    sender
        .send(message.url(), message.id(), now, signer.sign(keys, message.id(), now, body), body)
        .whenComplete(
            (status, failure) -> {
              underWay.decrementAndGet();
              long tookMillis = (System.nanoTime() - began) / 1_000_000;
              judged(message, status);
              metrics.took(tookMillis);
              onExecutor(() -> quietly(() -> answered(message, status, failure, tookMillis)));
            });
  }

  /** An endpoint that is gone for one message is there. */
  private void judged(Message message, @Nullable Integer status) {
    if (status != null && (good(status) || status == GONE)) {
      breakers.succeeded(endpoint(message));
    } else {
      breakers.failed(endpoint(message));
    }
  }

  private void answered(
      Message message, @Nullable Integer status, @Nullable Throwable failure, long tookMillis) {
    String answer = status != null ? status.toString() : Failures.kind(failure);
    dao.tried(
        message.id(), message.tries(), status, status == null ? answer : null, (int) tookMillis);
    if (status != null && good(status)) {
      ended(message, "delivered", answer);
    } else if (isLast(message, status)) {
      ended(message, "failed", answer);
    } else {
      Duration wait = settings.retries().get(message.turn() - 1);
      dao.later(message.id(), message.tries(), jittered(wait), answer);
      metrics.count(WebhookMetrics.Outcome.LATER);
      LOG.info("webhook {} is tried again after {}: {}", message.id(), wait, answer);
    }
  }

  private boolean isLast(Message message, @Nullable Integer status) {
    boolean gone = status != null && status == GONE;
    return gone || message.turn() > settings.retries().size();
  }

  /** Neither a try nor, for longer than a day, an excuse. */
  private void postponed(Message message, Duration wait) {
    if (clock.instant().isAfter(message.since().plus(LONGEST))) {
      ended(message, "failed", "endpoint left alone");
    } else {
      dao.postpone(message.id(), message.tries(), jittered(wait.plusSeconds(1)));
      metrics.count(WebhookMetrics.Outcome.POSTPONED);
    }
  }

  private static double jittered(Duration wait) {
    double jitter = 1 + ThreadLocalRandom.current().nextDouble(-JITTER, JITTER);
    return wait.toMillis() / 1000.0 * jitter;
  }

  private static boolean good(int status) {
    return status >= 200 && status < 300;
  }

  /** One user's receiver, whatever its path: somebody else's trouble there is not this one's. */
  private static String endpoint(Message message) {
    URI url = URI.create(message.url());
    return message.userId() + " " + url.getScheme() + "://" + url.getAuthority();
  }

  private void ended(Message message, String state, String answer) {
    dao.ended(message.id(), message.tries(), state, answer);
    metrics.count(
        state.equals("delivered")
            ? WebhookMetrics.Outcome.DELIVERED
            : WebhookMetrics.Outcome.FAILED);
    LOG.info("webhook {} {} at try {}: {}", message.id(), state, message.tries(), answer);
  }

  /** The message with its body, which is written down before it is sent. */
  private Optional<Message> written(Message message) {
    if (message.body() != null) {
      return Optional.of(message);
    }
    return data.apply(message.generationId())
        .map(told -> message.with(json(new Payload(message, told))))
        .filter(with -> dao.keep(with.id(), String.valueOf(with.body())) == 1);
  }

  private void onExecutor(Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      LOG.debug("stopping: it is due again later");
    }
  }

  private static void quietly(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.warn("webhooks are delivered later: {}", e.getClass().getSimpleName());
    }
  }

  private static String json(Payload payload) {
    try {
      return JSON.writeValueAsString(payload);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The body on the wire. */
  private record Payload(String type, String timestamp, Object data) {
    Payload(Message message, Object data) {
      this(message.type(), message.occurredAt().truncatedTo(ChronoUnit.MILLIS).toString(), data);
    }
  }
}
