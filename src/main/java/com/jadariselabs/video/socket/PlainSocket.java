package com.jadariselabs.video.socket;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.jadariselabs.video.auth.Caller;
import com.jadariselabs.video.events.EncodedEvent;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.OpCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket (RFC 6455) whose frames are JSON text. Reads one message after the other, the next
 * when the last is done with, so that a client can never pile up work. Thread-safe.
 */
final class PlainSocket implements FrameHandler, Outlet, Client {
  private static final Logger LOG = LoggerFactory.getLogger(PlainSocket.class);
  private static final int SILENT_PINGS = 3;

  private final Caller caller;
  private final Services services;
  private final ClientMessages messages;
  private final Clock clock;
  private final long admittedAtNanos;
  private final Runnable onLeft;
  private final Conversation conversation;
  private final FrameQueue out;
  private final Allowance allowance;
  private final MessageBuilder incoming;
  private final AtomicBoolean left = new AtomicBoolean();
  private volatile long heardAtNanos;
  private volatile long pingedAtNanos;

  /**
   * Open once Jetty says so.
   *
   * @param admittedAtNanos monotonic time before the token was checked
   * @param onLeft runs once, whether it was ever open or not
   */
  PlainSocket(
      Caller caller,
      Services services,
      ClientMessages messages,
      Clock clock,
      long admittedAtNanos,
      Runnable onLeft) {
    this.caller = caller;
    this.services = services;
    this.messages = messages;
    this.clock = clock;
    this.admittedAtNanos = admittedAtNanos;
    this.onLeft = onLeft;
    SocketSettings settings = services.settings();
    this.out = new FrameQueue(services.postman(), settings);
    this.conversation = new Conversation(caller, this, services);
    this.allowance =
        new Allowance(settings.messagesPerSecond(), settings.messageBurst(), admittedAtNanos);
    this.incoming = new MessageBuilder(settings.maxMessageBytes());
    this.heardAtNanos = admittedAtNanos;
    this.pingedAtNanos = admittedAtNanos;
  }

  @Override
  public void onOpen(CoreSession session, Callback callback) {
    heardAtNanos = System.nanoTime();
    pingedAtNanos = heardAtNanos;
    out.open(session);
    services.metrics().opened();
    services.clients().add(this);
    callback.succeeded();
    session.demand();
  }

  @Override
  public void onFrame(Frame frame, Callback callback) {
    long now = System.nanoTime();
    heardAtNanos = now;
    boolean allowed = allowance.take(now);
    if (allowance.abused()) {
      close(Farewell.TOO_NOISY);
    }
    ByteBuffer payload = frame.getPayload();
    byte opCode = frame.getOpCode();
    if (opCode == OpCode.CLOSE) {
      callback.succeeded(); // Jetty answers it
      return;
    }
    if (opCode == OpCode.PING && allowed) {
      byte[] echo = new byte[payload.remaining()];
      payload.get(echo);
      out.pong(echo);
    }
    MessageBuilder.@Nullable Message message =
        frame.isControlFrame() || out.closing() ? null : take(frame);
    callback.succeeded();
    answer(message, allowed);
  }

  @Override
  public void onError(Throwable cause, Callback callback) {
    LOG.debug("A socket broke", cause);
    callback.succeeded();
  }

  @Override
  public void onClosed(CloseStatus status, Callback callback) {
    services.clients().remove(this);
    services.metrics().closed();
    conversation.close();
    out.dead();
    leave();
    callback.succeeded();
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
    ObjectNode frame = JsonNodeFactory.instance.objectNode().put("event", name);
    frame.set("data", data);
    out.text(ByteBuffer.wrap(frame.toString().getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public Caller caller() {
    return caller;
  }

  @Override
  public long admittedAtNanos() {
    return admittedAtNanos;
  }

  @Override
  public void close(Farewell farewell) {
    out.close(farewell);
  }

  @Override
  public void look(long nowNanos) {
    if (!clock.instant().isBefore(caller.expiresAt())) {
      close(Farewell.UNAUTHORIZED);
    }
    long pingEvery = services.settings().pingEvery().toNanos();
    if (nowNanos - heardAtNanos > SILENT_PINGS * pingEvery) {
      close(Farewell.GONE);
    }
    if (nowNanos - pingedAtNanos >= pingEvery) {
      pingedAtNanos = nowNanos;
      out.ping();
    }
    out.look(nowNanos);
  }

  /** Gives the user's place back, once. */
  void leave() {
    if (left.compareAndSet(false, true)) {
      onLeft.run();
    }
  }

  private MessageBuilder.@Nullable Message take(Frame frame) {
    try {
      return incoming.add(frame);
    } catch (CharacterCodingException e) {
      close(Farewell.MALFORMED_TEXT);
    } catch (MessageBuilder.TooLargeException e) {
      close(Farewell.TOO_LARGE);
    }
    return null;
  }

  private void answer(MessageBuilder.@Nullable Message message, boolean allowed) {
    if (message == null) {
      out.demand();
    } else if (!allowed) {
      conversation.error("rate_limited", "too many messages", null);
      out.demand();
    } else {
      ClientMessage said =
          message.binary()
              ? new ClientMessage.Wrong("malformed_request", "frames are JSON text", null)
              : messages.read(message.text());
      services.metrics().received(said);
      conversation.receive(said, out::demand);
    }
  }
}
