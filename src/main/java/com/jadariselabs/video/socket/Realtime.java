package com.jadariselabs.video.socket;

import com.jadariselabs.video.events.EventHub;
import com.jadariselabs.video.generation.Board;
import io.prometheus.client.CollectorRegistry;
import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.ee10.websocket.server.config.JettyWebSocketServletContainerInitializer;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The realtime door as a whole: {@link #install} it into a servlet context, and let it hear of the
 * server's life cycle, so that its clients are told before the connectors stop. Thread-safe.
 */
public final class Realtime implements LifeCycle.Listener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Realtime.class);
  private static final int BOARD_THREADS = 4;
  private static final long GOODBYE_NANOS = 2_000_000_000L;
  private static final long GOODBYE_POLL_NANOS = 5_000_000;

  private final EventHub hub;
  private final SocketSettings settings;
  private final Clients clients = new Clients();
  private final Postman postman = new Postman();
  private final Fanout fanout;
  private final Lookout lookout;
  private final Services services;
  private final Admission admission;
  private final Places places;
  private final ClientMessages messages = new ClientMessages();
  private final IoDoor socketIo;
  private final Clock clock;
  private final ThreadPoolExecutor boardCalls;
  private final ScheduledExecutorService looks;
  private volatile boolean started;

  /**
   * Does nothing until it is started.
   *
   * @param relayUp whether events of other instances are coming in; always true where there are
   *     none
   */
  public Realtime(
      EventHub hub,
      Board board,
      Gate gate,
      SocketSettings settings,
      BooleanSupplier relayUp,
      Clock clock,
      CollectorRegistry registry) {
    this.hub = hub;
    this.settings = settings;
    this.clock = clock;
    this.admission = new Admission(gate, settings.allowedOrigins());
    this.boardCalls =
        new ThreadPoolExecutor(
            BOARD_THREADS,
            BOARD_THREADS,
            1,
            TimeUnit.MINUTES,
            new LinkedBlockingQueue<>(),
            daemons("socket-board"));
    boardCalls.allowCoreThreadTimeOut(true);
    this.looks = Executors.newSingleThreadScheduledExecutor(daemons("socket-look"));
    this.fanout = new Fanout(this::doubtAll);
    this.lookout =
        new Lookout(fanout, hub, board, boardCalls, relayUp, settings.reconcileAfter().toNanos());
    this.services =
        new Services(
            hub,
            board,
            fanout,
            clients,
            postman,
            boardCalls,
            new SocketMetrics(registry),
            settings);
    this.places = new Places(settings.socketsPerUser());
    this.socketIo = new IoDoor(admission, places, services, messages, clock, timer());
  }

  /** Maps {@code /api/socket} and the event stream's path, before the context starts. */
  public void install(ServletContextHandler context) {
    JettyWebSocketServletContainerInitializer.configure(context, null);
    ServletHolder socket =
        new ServletHolder(
            "socket", new SocketServlet(admission, places, services, messages, socketIo, clock));
    socket.setAsyncSupported(true); // Socket.IO's polls
    context.addServlet(socket, "/api/socket");
    // Not the whole tree: /api/socket/ticket is a resource.
    context.addServlet(socket, "/api/socket/");
    ServletHolder stream =
        new ServletHolder(
            "events",
            new EventStreamServlet(
                admission, new Places(settings.socketsPerUser()), services, clock));
    stream.setAsyncSupported(true);
    context.addServlet(stream, "/api/generate/video/events");
  }

  /** Whether somebody on this instance watches this generation, or all of its owner's. */
  public boolean watches(String generationId, String userId) {
    return fanout.watches(generationId, userId);
  }

  /** Begins to listen to events. */
  public synchronized void start() {
    if (!started) {
      started = true;
      postman.start();
      hub.listen(fanout);
      long every = settings.lookEvery().toMillis();
      looks.scheduleWithFixedDelay(this::look, every, every, TimeUnit.MILLISECONDS);
    }
  }

  /** A session of this user was revoked, here or elsewhere: its sockets are closed with 4401. */
  public void closeSession(String userId, String sessionId) {
    clients.revoke(
        caller -> caller.userId().equals(userId) && caller.sessionId().equals(sessionId));
  }

  /** All of a user's sessions but one, if any, were revoked. */
  public void closeUserSessions(String userId, @Nullable String exceptSessionId) {
    clients.revoke(
        caller -> caller.userId().equals(userId) && !caller.sessionId().equals(exceptSessionId));
  }

  /** Closes all sockets with 1012, waits for them up to two seconds, and ends. */
  @Override
  public synchronized void close() {
    hub.forget(fanout);
    clients.closeAll(Farewell.RESTART);
    long since = System.nanoTime();
    while (started && !clients.empty() && System.nanoTime() - since < GOODBYE_NANOS) {
      LockSupport.parkNanos(GOODBYE_POLL_NANOS);
    }
    looks.shutdownNow();
    socketIo.close();
    boardCalls.shutdown();
    postman.close();
  }

  @Override
  public void lifeCycleStarting(LifeCycle server) {
    start();
  }

  @Override
  public void lifeCycleStopping(LifeCycle server) {
    close();
  }

  private void doubtAll() {
    lookout.doubtAll();
  }

  private void look() {
    try {
      long now = System.nanoTime();
      clients.forEach(client -> client.look(now));
      lookout.look(now);
    } catch (RuntimeException e) {
      LOG.error("The realtime door could not look after its clients", e);
    }
  }

  /** One thread for all pings and time-outs of Socket.IO; it never waits. */
  private static ScheduledThreadPoolExecutor timer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(1, daemons("socket-io-timer"));
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }

  private static ThreadFactory daemons(String name) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, "%s-%d".formatted(name, count.incrementAndGet()));
      thread.setDaemon(true);
      return thread;
    };
  }
}
