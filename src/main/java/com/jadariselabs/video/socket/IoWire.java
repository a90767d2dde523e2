package com.jadariselabs.video.socket;

import io.socket.engineio.server.EngineIoWebSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
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
 * Engine.IO's WebSocket on Jetty's: what the engine writes goes into a queue of frames, what comes
 * is given to it one message after the other. Thread-safe.
 */
final class IoWire extends EngineIoWebSocket implements FrameHandler {
  private static final Logger LOG = LoggerFactory.getLogger(IoWire.class);

  private final Map<String, String> query;
  private final FrameQueue out;
  private final MessageBuilder incoming;
  private final Opening onOpen;
  private volatile @Nullable IoClient client;

  /** What gives it to the engine. */
  interface Opening {
    void opened(IoWire wire) throws IOException;
  }

  /** That gives it to the engine, once it is open. */
  IoWire(Map<String, String> query, Services services, Opening onOpen) {
    this.query = query;
    this.out = new FrameQueue(services.postman(), services.settings());
    this.incoming = new MessageBuilder(services.settings().maxMessageBytes());
    this.onOpen = onOpen;
  }

  /** Whose it is. */
  void belongsTo(IoClient owner) {
    client = owner;
  }

  /** That runs whenever all has been written. */
  void onIdle(Runnable idle) {
    out.onIdle(idle);
  }

  /** Whether all has been written. */
  boolean idle() {
    return out.idle();
  }

  boolean closing() {
    return out.closing();
  }

  void look(long nowNanos) {
    out.look(nowNanos);
  }

  void close(Farewell why) {
    out.close(why);
  }

  @Override
  public Map<String, String> getQuery() {
    return query;
  }

  /** None: who it is was looked at before. */
  @Override
  public Map<String, List<String>> getConnectionHeaders() {
    return Map.of();
  }

  @Override
  public void write(String message) {
    out.text(ByteBuffer.wrap(message.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public void write(byte[] message) {
    throw new UnsupportedOperationException("nothing binary is said here");
  }

  /** The engine is through with it, or has given it up. */
  @Override
  public void close() {
    out.close(Farewell.DONE);
  }

  @Override
  public void onOpen(CoreSession session, Callback callback) {
    out.open(session);
    try {
      onOpen.opened(this);
    } catch (IOException | RuntimeException e) {
      callback.failed(e);
      return;
    }
    callback.succeeded();
    session.demand();
  }

  @Override
  public void onFrame(Frame frame, Callback callback) {
    IoClient owner = client;
    byte opCode = frame.getOpCode();
    if (opCode == OpCode.CLOSE) {
      callback.succeeded(); // Jetty answers it
      return;
    }
    boolean allowed = !frame.isControlFrame() || owner == null || owner.maySpeak();
    if (opCode == OpCode.PING && allowed) {
      byte[] echo = new byte[frame.getPayload().remaining()];
      frame.getPayload().get(echo);
      out.pong(echo);
    }
    MessageBuilder.@Nullable Message message =
        frame.isControlFrame() || out.closing() ? null : take(frame);
    callback.succeeded();
    if (message != null) {
      give(message);
    }
    if (owner == null) {
      out.demand();
    } else {
      owner.afterwards(out::demand);
    }
  }

  @Override
  public void onError(Throwable cause, Callback callback) {
    LOG.debug("A Socket.IO client's WebSocket broke", cause);
    callback.succeeded();
  }

  @Override
  public void onClosed(CloseStatus status, Callback callback) {
    out.dead();
    emit("close");
    callback.succeeded();
  }

  private MessageBuilder.@Nullable Message take(Frame frame) {
    try {
      return incoming.add(frame);
    } catch (CharacterCodingException e) {
      out.close(Farewell.MALFORMED_TEXT);
    } catch (MessageBuilder.TooLargeException e) {
      out.close(Farewell.TOO_LARGE);
    }
    return null;
  }

  private void give(MessageBuilder.Message message) {
    IoClient owner = client;
    if (message.binary() && owner != null) {
      owner.attached();
    } else if (message.binary() || !IoDoor.packet(message.text())) {
      out.close(Farewell.NOT_ENGINE_IO);
    } else {
      emit("message", message.text());
    }
  }
}
