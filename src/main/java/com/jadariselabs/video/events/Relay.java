package com.jadariselabs.video.events;

import com.jadariselabs.video.redis.Redis;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.BinaryJedisPubSub;
import redis.clients.jedis.Jedis;

/**
 * Carries events between the instances over one Redis channel. Thread-safe.
 *
 * <p>It promises nothing: what is published while Redis is away is lost, and whoever needs it looks
 * at PostgreSQL. It does promise to say so: after each (re)connection, and when another instance
 * reports that its own messages did not get through, the hub's listeners hear {@link
 * EventListener#relayRestored()}.
 */
public final class Relay implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
  private static final long FIRST_BACK_OFF_MILLIS = 100;
  private static final long LONGEST_BACK_OFF_MILLIS = 3_000;

  private final EventHub hub;
  private final Redis redis;
  private final RelayMessage messages;
  private final byte[] channel;
  private final Duration silence;
  private final AtomicBoolean sendingFails = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread reader = new Thread(this::read, "events-relay");
  private final Thread watch = new Thread(this::watch, "events-relay-watch");
  private volatile @Nullable Subscription subscription;

  /**
   * Connects the hub to those of the other instances once started.
   *
   * @param channel the same on all instances
   * @param instanceId different on each
   * @param silence a connection that does not answer a ping for so long is given up
   */
  public Relay(EventHub hub, Redis redis, String channel, String instanceId, Duration silence) {
    this.hub = hub;
    this.redis = redis;
    this.messages = new RelayMessage(hub.json(), instanceId);
    this.channel = channel.getBytes(StandardCharsets.UTF_8);
    this.silence = silence;
    reader.setDaemon(true);
    watch.setDaemon(true);
  }

  /** Begins to listen, and to send what the hub publishes; a Redis that is away is waited for. */
  public void start() {
    hub.relayThrough(this::send);
    reader.start();
    watch.start();
  }

  /** Whether events of other instances are coming in, as far as can be known. */
  public boolean connected() {
    return subscription != null && !sendingFails.get();
  }

  /** Ends both threads. */
  @Override
  public void close() {
    closed.countDown();
    Subscription present = subscription;
    if (present != null) {
      present.abandon();
    }
  }

  private void send(EncodedEvent event) {
    byte[] message = messages.of(event);
    redis
        .tell(pipeline -> pipeline.publish(channel, message)::get)
        .whenComplete((heardBy, failure) -> sent(failure));
  }

  private void sent(@Nullable Throwable failure) {
    if (failure != null) {
      if (!sendingFails.getAndSet(true)) {
        LOG.warn("Events do not reach the other instances: {}", failure.toString());
      }
    } else if (sendingFails.compareAndSet(true, false)) {
      byte[] message = messages.lost();
      redis
          .tell(pipeline -> pipeline.publish(channel, message)::get)
          .whenComplete((heardBy, again) -> sendingFails.compareAndSet(false, again != null));
    }
  }

  private void read() {
    long backOff = FIRST_BACK_OFF_MILLIS;
    do {
      try (Jedis jedis = redis.pool().getResource()) {
        Subscription fresh = new Subscription(jedis);
        jedis.subscribe(fresh, channel);
      } catch (RuntimeException e) {
        if (closed.getCount() > 0 && (subscription != null || backOff == FIRST_BACK_OFF_MILLIS)) {
          LOG.warn("Events of the other instances do not come in: {}", e.toString());
        }
      }
      backOff =
          subscription != null
              ? FIRST_BACK_OFF_MILLIS
              : Math.min(backOff * 2, LONGEST_BACK_OFF_MILLIS);
      subscription = null;
    } while (!closedWithin(backOff / 2 + ThreadLocalRandom.current().nextLong(backOff)));
  }

  /** A peer that went away without a word is noticed by its silence. */
  private void watch() {
    while (!closedWithin(Math.max(1, silence.toMillis() / 3))) {
      Subscription present = subscription;
      if (present != null) {
        present.check();
      }
    }
  }

  private boolean closedWithin(long millis) {
    try {
      return closed.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private void heard(byte[] message) {
    if (messages.own(message)) {
      return;
    }
    try {
      messages.read(message).ifPresentOrElse(hub::relayed, hub::relayRestored);
    } catch (IOException | RuntimeException e) {
      LOG.warn("A message of another instance was not understood: {}", e.toString());
    }
  }

  private final class Subscription extends BinaryJedisPubSub {
    private final Jedis jedis;
    private volatile long lastHeardNanos = System.nanoTime();

    Subscription(Jedis jedis) {
      this.jedis = jedis;
    }

    @Override
    public void onSubscribe(byte[] name, int subscribed) {
      lastHeardNanos = System.nanoTime();
      subscription = this;
      if (closed.getCount() == 0) {
        abandon();
      }
      LOG.info("Events of the other instances come in");
      hub.relayRestored();
    }

    @Override
    public void onMessage(byte[] name, byte[] message) {
      lastHeardNanos = System.nanoTime();
      heard(message);
    }

    @Override
    public void onPong(byte[] pattern) {
      lastHeardNanos = System.nanoTime();
    }

    void check() {
      if (System.nanoTime() - lastHeardNanos > silence.toNanos()) {
        abandon();
        return;
      }
      try {
        ping();
      } catch (RuntimeException e) {
        abandon();
      }
    }

    /** Makes the reading thread fail. */
    void abandon() {
      try {
        jedis.getClient().getSocket().close();
      } catch (IOException | RuntimeException e) {
        LOG.debug("Closing the subscription's connection", e);
      }
    }
  }
}
