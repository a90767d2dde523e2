package com.jadariselabs.video.socket;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.jadariselabs.video.auth.Caller;
import com.jadariselabs.video.events.EncodedEvent;
import io.socket.engineio.server.EngineIoSocket;
import io.socket.engineio.server.utils.ServerYeast;
import io.socket.socketio.server.parser.Parser;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Socket.IO client, over whatever transport: first a stranger, then a caller in the one
 * namespace. io.socket's {@code SocketIoServer} lets everybody in before it tells anybody; so its
 * engine and its parser are used, and who comes in is decided here. Thread-safe.
 */
final class IoClient implements Outlet, Client {
  private static final Logger LOG = LoggerFactory.getLogger(IoClient.class);

  private final IoArrival arrival;
  private final Admission admission;
  private final Places places;
  private final Services services;
  private final ClientMessages messages;
  private final Clock clock;
  private final IoQueue out;
  private final Turns turns;
  private final Allowance allowance;
  private final IoAcknowledgement acknowledgement;
  private final AtomicBoolean left = new AtomicBoolean();
  private final AtomicBoolean vacated = new AtomicBoolean();
  private volatile @Nullable Seat seat;
  private volatile @Nullable IoWire rising;

  /** The caller that it turned out to be, and what it follows. */
  private record Seat(Caller caller, Conversation conversation) {}

  IoClient(
      EngineIoSocket engine,
      IoArrival arrival,
      Admission admission,
      Places places,
      Services services,
      ClientMessages messages,
      Clock clock) {
    this.arrival = arrival;
    this.admission = admission;
    this.places = places;
    this.services = services;
    this.messages = messages;
    this.clock = clock;
    SocketSettings settings = services.settings();
    this.out = new IoQueue(engine, services.postman(), settings, this::leave);
    this.acknowledgement = new IoAcknowledgement(out);
    this.turns = new Turns(2 * settings.messageBurst());
    this.allowance =
        new Allowance(
            settings.messagesPerSecond(), settings.messageBurst(), arrival.admittedAtNanos());
    engine.on("message", (socket, data) -> heard(data[0]));
    engine.on("upgrade", (socket, data) -> risen());
    engine.on("close", (socket, data) -> gone());
  }

  /** What it is to be told. */
  IoQueue out() {
    return out;
  }

  /** It is about to go on through this WebSocket. */
  void rises(IoWire wire) {
    rising = wire;
  }

  /** Whether it may say something now; closes who goes on and on. */
  boolean maySpeak() {
    synchronized (allowance) {
      if (allowance.take(System.nanoTime())) {
        return true;
      }
      if (allowance.abused()) {
        close(Farewell.TOO_NOISY);
      }
      return false;
    }
  }

  /** Binary data came along; the packet that announced them has been answered with an error. */
  void attached() {
    if (!maySpeak()) {
      LOG.trace("More was said than is read");
    }
  }

  /** Runs this when everything said before has been answered. */
  void afterwards(Runnable action) {
    inTurn(
        done -> {
          action.run();
          done.run();
        });
  }

  /** Closes a stranger who did not say who it is. */
  void expectSeated() {
    if (seat == null) {
      close(Farewell.GONE);
    }
  }

  @Override
  public void event(EncodedEvent event) {
    if (out.event(event)) {
      services.metrics().sent(event.event().type());
    }
  }

  @Override
  public void answer(String name, ObjectNode data) {
    services.metrics().said(name);
    out.say(IoPackets.event(name, data.toString()));
    if (!name.equals("resync")) {
      acknowledgement.give(data, !name.equals("error"));
    }
  }

  @Override
  public Caller caller() {
    Seat present = seat;
    if (present == null) {
      throw new IllegalStateException("a stranger");
    }
    return present.caller();
  }

  @Override
  public long admittedAtNanos() {
    return arrival.admittedAtNanos();
  }

  /** Who may not stay is told so and does not come back by itself; others do. */
  @Override
  public void close(Farewell farewell) {
    if (farewell == Farewell.UNAUTHORIZED) {
      out.close(
          farewell, IoPackets.error("unauthorized", farewell.reason()), IoPackets.disconnected());
    } else {
      out.close(farewell);
    }
  }

  @Override
  public void look(long nowNanos) {
    if (!clock.instant().isBefore(caller().expiresAt())) {
      close(Farewell.UNAUTHORIZED);
    }
    out.look(nowNanos);
  }

  private void risen() {
    IoWire wire = rising;
    if (wire != null) {
      out.through(wire);
    }
  }

  private void heard(@Nullable Object message) {
    if (out.closing()) {
      return;
    }
    if (!maySpeak()) {
      say(new ClientMessage.Wrong("rate_limited", "too many messages", null), -1);
      return;
    }
    Optional<IoPackets.Said> said =
        message instanceof String text ? IoPackets.read(text) : Optional.empty();
    if (said.isEmpty()) {
      say(new ClientMessage.Wrong("malformed_request", "no Socket.IO packet of text", null), -1);
    } else {
      heard(said.get());
    }
  }

  private void heard(IoPackets.Said said) {
    switch (said.type()) {
      case Parser.CONNECT -> connect(said);
      case Parser.DISCONNECT -> close(Farewell.DONE);
      case Parser.EVENT -> say(messages.read(said.event(), said.data()), said.ack());
      default -> LOG.trace("Nothing was asked that this could answer");
    }
  }

  private void say(ClientMessage message, int ackId) {
    inTurn(
        done -> {
          Seat present = seat;
          if (present == null) {
            done.run(); // a stranger has nothing to say
            return;
          }
          services.metrics().received(message);
          acknowledgement.expected(ackId);
          present
              .conversation()
              .receive(
                  message,
                  () -> {
                    acknowledgement.give(IoAcknowledgement.of(message), true);
                    done.run();
                  });
        });
  }

  /** Once all that was said before has been answered; who says too much meanwhile is closed. */
  private void inTurn(Consumer<Runnable> turn) {
    if (!turns.add(turn)) {
      close(Farewell.TOO_NOISY);
    }
  }

  private void connect(IoPackets.Said said) {
    if (!said.namespace().equals(IoPackets.ROOT)) {
      out.say(IoPackets.refused(said.namespace(), "not_found", "Invalid namespace"));
      return;
    }
    inTurn(
        done -> {
          try {
            services.boardCalls().execute(() -> admit(said.data(), done));
          } catch (RejectedExecutionException e) {
            done.run(); // closing
          }
        });
  }

  private void admit(@Nullable JsonNode auth, Runnable done) {
    Credentials credentials = arrival.with(auth);
    try {
      Optional<Caller> caller = admission.caller(credentials);
      if (caller.isEmpty()) {
        refuse("unauthorized", credentials.none() ? "a token is needed" : "invalid token");
      } else if (seat == null) {
        seat(caller.get());
      }
    } catch (RuntimeException e) {
      LOG.debug("Nobody could say who a client is", e);
      refuse("unavailable", "try again soon");
    } finally {
      done.run();
    }
  }

  private void seat(Caller caller) {
    if (!places.take(caller.userId())) {
      refuse("rate_limited", "too many sockets");
      return;
    }
    seat = new Seat(caller, new Conversation(caller, this, services));
    services.metrics().opened();
    arrival.leave();
    out.say(IoPackets.connected(ServerYeast.yeast()));
    services.clients().add(this);
    if (left.get()) {
      vacate(); // it went while it came
    }
  }

  private void refuse(String code, String message) {
    out.say(IoPackets.refused(IoPackets.ROOT, code, message));
  }

  private void gone() {
    out.dead();
    leave();
  }

  private void leave() {
    arrival.leave();
    if (left.compareAndSet(false, true)) {
      vacate();
    }
  }

  /** Gives back what a caller holds; once, whoever comes first. */
  private void vacate() {
    Seat present = seat;
    if (present != null && vacated.compareAndSet(false, true)) {
      services.clients().remove(this);
      services.metrics().closed();
      present.conversation().close();
      places.leave(present.caller().userId());
    }
  }
}
