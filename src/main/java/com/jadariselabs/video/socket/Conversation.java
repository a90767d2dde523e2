package com.jadariselabs.video.socket;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.jadariselabs.video.auth.Caller;
import com.jadariselabs.video.events.EncodedEvent;
import com.jadariselabs.video.events.GenerationEvent;
import com.jadariselabs.video.generation.Cancellation;
import com.jadariselabs.video.generation.Snapshot;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what one client says, whatever its protocol. One message at a time: the next may come when
 * {@code done} has run.
 */
final class Conversation {
  private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);

  private final Caller caller;
  private final Outlet outlet;
  private final Services services;
  private final Following following;

  Conversation(Caller caller, Outlet outlet, Services services) {
    this.caller = caller;
    this.outlet = outlet;
    this.services = services;
    this.following =
        new Following(
            caller.userId(),
            outlet,
            services.hub(),
            services.fanout(),
            services.settings().subscriptionsPerSocket());
  }

  /** Acts at once, or on a thread for round trips; runs {@code done} when it is through. */
  void receive(ClientMessage message, Runnable done) {
    if (message instanceof ClientMessage.Subscribe subscribe) {
      apart(() -> subscribe(subscribe), subscribe.generationId(), done);
    } else if (message instanceof ClientMessage.SubscribeAll) {
      apart(this::subscribeAll, ClientMessages.ALL, done);
    } else if (message instanceof ClientMessage.Cancel cancel) {
      apart(() -> cancel(cancel.generationId()), cancel.generationId(), done);
    } else {
      if (message instanceof ClientMessage.Unsubscribe unsubscribe) {
        unsubscribe(unsubscribe.generationId());
      } else if (message instanceof ClientMessage.Ping) {
        outlet.answer("pong", JsonNodeFactory.instance.objectNode());
      } else if (message instanceof ClientMessage.Wrong wrong) {
        error(wrong.code(), wrong.message(), wrong.generationId());
      }
      done.run();
    }
  }

  /**
   * Follows one generation.
   *
   * @param after up to where the client has its events, null when it has none
   * @return its state; empty when there is none, it is somebody else's, or the limit is reached
   * @throws RuntimeException when its state cannot be had now
   */
  Optional<Snapshot> follow(String generationId, @Nullable Long after) {
    if (!following.ask(generationId)) {
      return Optional.empty();
    }
    Optional<Snapshot> snapshot;
    try {
      snapshot = services.board().snapshot(caller.userId(), caller.admin(), generationId);
    } catch (RuntimeException e) {
      following.abandon(generationId);
      throw e;
    }
    snapshot.ifPresentOrElse(
        present -> following.settle(present, after), () -> following.abandon(generationId));
    return snapshot;
  }

  /** Nothing is told any more. */
  void close() {
    following.close();
  }

  void error(String code, String message, @Nullable String generationId) {
    ObjectNode data =
        JsonNodeFactory.instance.objectNode().put("code", code).put("message", message);
    if (generationId != null) {
      data.put("generationId", generationId);
    }
    outlet.answer("error", data);
  }

  private void apart(Runnable action, String generationId, Runnable done) {
    try {
      services
          .boardCalls()
          .execute(
              () -> {
                try {
                  action.run();
                } catch (RuntimeException e) {
                  LOG.debug("A socket's message could not be answered", e);
                  error("unavailable", "try again soon", generationId);
                } finally {
                  done.run();
                }
              });
    } catch (RejectedExecutionException e) {
      error("unavailable", "closing", generationId);
      done.run();
    }
  }

  private void subscribe(ClientMessage.Subscribe message) {
    String id = message.generationId();
    if (!caller.mayRead()) {
      error("forbidden", "this API key has no scope read", id);
    } else if (!following.ask(id)) {
      tooMany(id);
    } else if (follow(id, message.after()).isEmpty()) {
      notFound(id);
    }
  }

  private void subscribeAll() {
    if (!caller.mayRead()) {
      error("forbidden", "this API key has no scope read", ClientMessages.ALL);
      return;
    }
    if (!following.askAll()) {
      tooMany(ClientMessages.ALL);
      return;
    }
    List<Snapshot> active = null;
    try {
      active = services.board().active(caller.userId());
    } finally {
      following.gathered(active);
    }
  }

  private void unsubscribe(String generationId) {
    if (generationId.equals(ClientMessages.ALL)) {
      following.leaveAll();
    } else {
      following.leave(generationId);
    }
    outlet.answer(
        "unsubscribed", JsonNodeFactory.instance.objectNode().put("generationId", generationId));
  }

  private void cancel(String generationId) {
    if (!caller.mayWrite()) {
      error("forbidden", "this API key has no scope write", generationId);
      return;
    }
    following.expectCancelled(generationId);
    Cancellation outcome = services.board().cancel(caller.userId(), generationId);
    if (outcome instanceof Cancellation.Cancelled) {
      if (following.stillExpectsCancelled()) {
        cancelled(generationId).ifPresent(following::tellCancelled);
      }
    } else if (outcome instanceof Cancellation.NotCancellable) {
      error("not_cancellable", "it has already ended", generationId);
    } else {
      notFound(generationId);
    }
  }

  /** The event of a cancellation that has happened, now or long ago. */
  private Optional<EncodedEvent> cancelled(String generationId) {
    Optional<EncodedEvent> latest =
        services
            .hub()
            .latest(generationId)
            .filter(e -> e.event().type() == GenerationEvent.Type.CANCELLED);
    return latest.or(
        () ->
            services
                .board()
                .snapshot(caller.userId(), caller.admin(), generationId)
                .map(snapshot -> services.hub().encode(cancelled(snapshot))));
  }

  private static GenerationEvent cancelled(Snapshot snapshot) {
    GenerationEvent present = snapshot.present();
    return present.type() == GenerationEvent.Type.CANCELLED
        ? present
        : GenerationEvent.cancelled( // it runs again already
            new GenerationEvent.Head(
                present.generationId(), present.userId(), present.seq(), present.ts()));
  }

  private void notFound(String generationId) {
    error("not_found", "no such generation", generationId);
  }

  private void tooMany(String generationId) {
    error("too_many_subscriptions", "unsubscribe from something first", generationId);
  }
}
