package com.jadariselabs.video.retention;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.jadariselabs.video.storage.Storages;
import io.dropwizard.lifecycle.Managed;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes away what nobody is to keep, a little at a time, on every instance. Thread-safe. */
public final class Retention implements Managed {
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
  private static final int BATCH = 200;
  private static final int MOST_BATCHES = 20;
  private static final int CHORE_HOURS = 24;
  private static final long PERIOD_SECONDS = 5;
  private static final String LOST_FILES = "lost files";

  private final RetentionDao dao;
  private final Storages storages;
  private final Erasure erasure;
  private final RetentionSettings settings;
  private final Consumer<String> changed;
  private final Clock clock;
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          new ThreadFactoryBuilder().setNameFormat("retention").setDaemon(true).build());

  /**
   * Nothing is taken away before {@link #start}.
   *
   * @param changed told of each generation that must be read again
   */
  public Retention(
      Jdbi jdbi,
      Storages storages,
      Erasure erasure,
      RetentionSettings settings,
      Consumer<String> changed,
      Clock clock) {
    this.dao = jdbi.onDemand(RetentionDao.class);
    this.storages = storages;
    this.erasure = erasure;
    this.settings = settings;
    this.changed = changed;
    this.clock = clock;
  }

  @Override
  public void start() {
    executor.scheduleWithFixedDelay(this::once, PERIOD_SECONDS, PERIOD_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void stop() {
    executor.shutdownNow();
  }

  /** Who may be erased. */
  public Erasure erasure() {
    return erasure;
  }

  /**
   * Takes away a generation that has ended: it is absent from now on, its files go within moments.
   *
   * @return empty where there is none of this user's that has ended
   */
  public Optional<Purged> purge(String userId, String generationId) {
    Optional<Purged> purged = dao.purge(generationId, userId);
    if (purged.isPresent()) {
      LOG.info("purged by its owner");
      changed.accept(generationId);
      wake();
    }
    return purged;
  }

  /** There may be something to do: now rather than within seconds. */
  public void wake() {
    try {
      executor.execute(this::once);
    } catch (java.util.concurrent.RejectedExecutionException e) {
      LOG.debug("stopping: it is done later");
    }
  }

  /** Everything that is due. */
  void once() {
    quietly(erasure::goOn);
    Integer mediaDays = settings.mediaDays();
    if (mediaDays != null) {
      quietly(() -> repeatedly(() -> told(dao.releaseMedia(mediaDays, BATCH))));
    }
    Integer generationDays = settings.generationDays();
    if (generationDays != null) {
      quietly(() -> repeatedly(() -> told(dao.deleteOld(generationDays, BATCH))));
    }
    quietly(() -> repeatedly(() -> dao.deletePurged(BATCH)));
    quietly(() -> repeatedly(this::removeFiles));
    quietly(
        () -> {
          if (dao.takeChore(LOST_FILES, CHORE_HOURS)) {
            lookForLostFiles();
          }
        });
  }

  /** What is kept of them in memory would be shown for a while longer. */
  private int told(List<String> ids) {
    ids.forEach(changed);
    return ids.size();
  }

  /** Bounded, so that one backlog does not keep the others waiting. */
  private static void repeatedly(IntSupplier batch) {
    for (int i = 0; i < MOST_BATCHES && batch.getAsInt() > 0; i++) {
      LOG.debug("a batch was taken away");
    }
  }

  private int removeFiles() {
    List<String> keys = dao.claimFiles(BATCH);
    for (String key : keys) {
      try {
        if (!dao.shown(key)) {
          storages.delete(key);
        }
        dao.fileGone(key);
      } catch (IOException e) {
        LOG.warn("a file is removed later: {}", e.getMessage());
      }
    }
    return keys.size();
  }

  /** Files that a process left behind when it died. */
  void lookForLostFiles() {
    Instant before = clock.instant().minus(Duration.ofHours(settings.orphanHours()));
    List<String> page = new ArrayList<>();
    try {
      storages.olderThan(
          before,
          key -> {
            page.add(key);
            if (page.size() >= BATCH) {
              removeLost(page);
            }
          });
      removeLost(page);
    } catch (IOException e) {
      LOG.warn("lost files are looked for tomorrow: {}", e.getMessage());
    }
  }

  private void removeLost(List<String> page) {
    String[] keys = page.toArray(String[]::new);
    String[] ids = page.stream().map(Storages::generationId).toArray(String[]::new);
    page.clear();
    int lost = dao.removeLost(keys, ids, settings.orphanHours());
    if (lost > 0) {
      LOG.info("{} files belong to nothing, and are removed", lost);
    }
  }

  private static void quietly(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.warn("what is to go is taken away later: {}", e.getClass().getSimpleName());
    }
  }
}
