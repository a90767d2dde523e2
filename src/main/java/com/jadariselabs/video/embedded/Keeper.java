package com.jadariselabs.video.embedded;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every second whether an embedded server lives, and starts one again, at its old place, that
 * died while the service runs. To be closed before the server.
 */
public final class Keeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);
  private static final long LOOK_MILLIS = 1_000;
  private static final long END_SECONDS = 5;

  private final String name;
  private final Server server;
  private final ScheduledExecutorService looks =
      Executors.newSingleThreadScheduledExecutor(
          new ThreadFactoryBuilder().setNameFormat("keeper-%d").setDaemon(true).build());

  /** An embedded server that may die. */
  public interface Server extends AutoCloseable {
    /**
     * Starts it again at its old place if it has died.
     *
     * @return whether it had
     * @throws LocalServerException when it does not start
     */
    boolean revive() throws IOException;

    @Override
    void close();
  }

  /**
   * Begins to look.
   *
   * @param name for the log
   */
  public Keeper(String name, Server server) {
    this.name = name;
    this.server = server;
    looks.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      if (server.revive()) {
        LOG.warn("The embedded {} had died and was started again", name);
      }
    } catch (IOException | RuntimeException e) {
      LOG.error("The embedded {} has died: {}", name, e.getMessage());
    }
  }

  @Override
  public void close() {
    looks.shutdownNow();
    try {
      looks.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
