package com.jadariselabs.video.redis;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A channel listened to for as long as the service runs, on a connection and a thread of its own.
 * PINGs within the subscription bring an answer every {@value #PING_MILLIS} ms; a connection that
 * brings none for {@value #SILENCE_MILLIS} ms is replaced.
 */
public final class Subscription implements AutoCloseable {
  static final int SILENCE_MILLIS = 3_000;
  static final int PING_MILLIS = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(Subscription.class);
  private static final int CLOSE_MILLIS = 3_000;

  private final Supplier<Jedis> connections;
  private final String channel;
  private final Consumer<String> onMessage;
  private final Runnable onRestored;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private final ScheduledFuture<?> pings;
  private volatile @Nullable Jedis connection;
  private volatile @Nullable Listener listener;

  Subscription(
      Supplier<Jedis> connections,
      ScheduledExecutorService pinger,
      String channel,
      Consumer<String> onMessage,
      Runnable onRestored) {
    this.connections = connections;
    this.channel = channel;
    this.onMessage = onMessage;
    this.onRestored = onRestored;
    this.thread = new Thread(this::run, "redis-subscription-" + channel);
    thread.setDaemon(true);
    thread.start();
    this.pings =
        pinger.scheduleWithFixedDelay(this::ping, PING_MILLIS, PING_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void run() {
    Backoff backoff = new Backoff();
    while (closed.getCount() > 0) {
      try (Jedis jedis = connections.get()) {
        connection = jedis;
        Listener next = new Listener(backoff);
        listener = next;
        if (closed.getCount() > 0) {
          jedis.subscribe(next, channel);
        }
      } catch (JedisException e) {
        LOG.debug("The subscription of {} was lost: {}", channel, e.getMessage());
      } finally {
        listener = null;
        connection = null;
      }
      await(backoff.nextMillis());
    }
  }

  private void ping() {
    Listener current = listener;
    if (current != null && current.isSubscribed()) {
      try {
        current.ping();
      } catch (RuntimeException e) {
        LOG.debug("A ping on the subscription of {} failed: {}", channel, e.getMessage());
      }
    }
  }

  private void await(long millis) {
    try {
      closed.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      closed.countDown();
    }
  }

  /** Ends it; no message is passed on any more. Waits for the one that is being passed on. */
  @Override
  public void close() {
    closed.countDown();
    pings.cancel(false);
    Jedis current = connection;
    if (current != null) {
      try {
        current.getClient().getSocket().close();
      } catch (java.io.IOException | RuntimeException e) {
        LOG.debug("The subscription of {} was already gone", channel);
      }
    }
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Listener extends JedisPubSub {
    private final Backoff backoff;

    Listener(Backoff backoff) {
      this.backoff = backoff;
    }

    @Override
    public void onSubscribe(String name, int subscribedChannels) {
      backoff.reset();
      guarded(onRestored);
    }

    @Override
    public void onMessage(String name, String message) {
      guarded(() -> onMessage.accept(message));
    }

    /** A listener's mistake must not cost the subscription. */
    private void guarded(Runnable action) {
      try {
        action.run();
      } catch (RuntimeException e) {
        LOG.error("A listener on {} failed", channel, e);
      }
    }
  }
}
