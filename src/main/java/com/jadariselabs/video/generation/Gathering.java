package com.jadariselabs.video.generation;

import com.jadariselabs.video.generation.Charge.Charged;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers submissions that come together into one statement. A few writer threads, users spread
 * over them by hash; a writer takes what has queued up meanwhile, at most one row a user, and
 * completes each waiting submission with its own outcome. An idle writer adds no delay: the first
 * one goes at once. Thread-safe.
 */
final class Gathering implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Gathering.class);
  private static final int LARGEST_BATCH = 128;
  private static final int MOST_WAITING = 8_192;

  private final DataSource dataSource;
  private final OneByOne oneByOne;
  private final int perUser;
  private final boolean tuneSession;
  private final ThreadPoolExecutor leftovers;
  private final List<Writer> writers = new ArrayList<>();

  /**
   * Starts the writers.
   *
   * @param perUser a user's jobs in the delivery queues at once
   * @param tuneSession whether the writers' connections may keep settings (not behind a transaction
   *     pooler)
   */
  Gathering(
      DataSource dataSource, OneByOne oneByOne, int perUser, int writerCount, boolean tuneSession) {
    this.dataSource = dataSource;
    this.oneByOne = oneByOne;
    this.perUser = perUser;
    this.tuneSession = tuneSession;
    this.leftovers =
        new ThreadPoolExecutor(
            4, 4, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MOST_WAITING), named("submit-"));
    leftovers.allowCoreThreadTimeOut(true);
    for (int i = 0; i < writerCount; i++) {
      Writer writer = new Writer();
      writers.add(writer);
      Thread thread = new Thread(writer, "submit-writer-" + i);
      thread.setDaemon(true);
      thread.start();
    }
  }

  /**
   * Charges and inserts.
   *
   * @return completes with the outcome, or exceptionally when PostgreSQL cannot be reached
   */
  CompletableFuture<Charge> charge(NewRow row) {
    Waiting waiting = new Waiting(row, new CompletableFuture<>());
    Writer writer = writers.get(Math.floorMod(row.userId().hashCode(), writers.size()));
    if (!writer.queue.offer(waiting)) {
      waiting.outcome.completeExceptionally(
          new RejectedExecutionException("too many submissions wait for PostgreSQL"));
    }
    return waiting.outcome;
  }

  /** For the statements that go one by one. */
  Executor executor() {
    return leftovers;
  }

  @Override
  public void close() {
    writers.forEach(Writer::stop);
    leftovers.shutdown();
  }

  private static java.util.concurrent.ThreadFactory named(String prefix) {
    return new com.google.common.util.concurrent.ThreadFactoryBuilder()
        .setNameFormat(prefix + "%d")
        .setDaemon(true)
        .build();
  }

  private record Waiting(NewRow row, CompletableFuture<Charge> outcome) {}

  private final class Writer implements Runnable {
    private final ArrayBlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(MOST_WAITING);
    private volatile boolean stopped;
    private @Nullable Connection connection;

    @Override
    public void run() {
      List<Waiting> next = new ArrayList<>();
      while (!stopped) {
        try {
          if (next.isEmpty()) {
            Waiting first = queue.poll(1, TimeUnit.SECONDS);
            if (first == null) {
              continue;
            }
            next.add(first);
          }
          queue.drainTo(next, LARGEST_BATCH - Math.min(next.size(), LARGEST_BATCH));
          next = write(next);
        } catch (InterruptedException e) {
          break;
        } catch (RuntimeException | Error e) {
          LOG.error("submit writer", e);
        }
      }
      release();
    }

    void stop() {
      stopped = true;
    }

    /** Writes one row of each user and returns the others, for the next batch. */
    private List<Waiting> write(List<Waiting> waiting) {
      List<Waiting> batch = new ArrayList<>(waiting.size());
      List<Waiting> later = new ArrayList<>();
      Set<String> users = new HashSet<>();
      for (Waiting one : waiting) {
        (users.add(one.row.userId()) ? batch : later).add(one);
      }
      Map<String, Charged> charged;
      boolean failed = false;
      try {
        charged =
            SubmissionSql.charge(connected(), batch.stream().map(Waiting::row).toList(), perUser);
      } catch (SQLException | RuntimeException e) {
        LOG.warn("a batch of {} submissions is repeated one by one: {}", batch.size(), reason(e));
        releaseIfBroken();
        charged = Map.of();
        failed = true;
      }
      for (Waiting one : batch) {
        Charged done = charged.get(one.row.userId());
        if (done == null) {
          leftOver(one, failed);
        } else {
          one.outcome.complete(done);
        }
      }
      return later;
    }

    private void leftOver(Waiting one, boolean perhapsWritten) {
      try {
        leftovers.execute(
            () -> {
              try {
                one.outcome.complete(
                    perhapsWritten ? oneByOne.chargeAgain(one.row) : oneByOne.charge(one.row));
              } catch (RuntimeException e) {
                one.outcome.completeExceptionally(e);
              }
            });
      } catch (RejectedExecutionException e) {
        one.outcome.completeExceptionally(e);
      }
    }

    private Connection connected() throws SQLException {
      Connection open = connection;
      if (open == null || open.isClosed()) {
        open = dataSource.getConnection();
        if (tuneSession) {
          try (Statement statement = open.createStatement()) {
            statement.execute(
                "SET plan_cache_mode = force_generic_plan; SET enable_hashjoin = off;"
                    + " SET enable_mergejoin = off; SET enable_seqscan = off");
          }
        }
        connection = open;
      }
      return open;
    }

    /** A refused statement leaves the connection whole; anything else does not. */
    private void releaseIfBroken() {
      try {
        Connection open = connection;
        if (open != null && !open.isValid(1)) {
          release();
        }
      } catch (SQLException e) {
        release();
      }
    }

    private void release() {
      Connection open = connection;
      connection = null;
      if (open != null) {
        try {
          open.close();
        } catch (SQLException e) {
          LOG.debug("closing", e);
        }
      }
    }

    /** SQL states only: a message may quote values. */
    private String reason(Exception e) {
      return e instanceof SQLException sql ? "SQL state " + sql.getSQLState() : e.toString();
    }
  }
}
