package com.jadariselabs.video.socket;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OpCode;
import org.jspecify.annotations.Nullable;

/** Makes messages of one socket's data frames, fragmented ones too. Not thread-safe. */
final class MessageBuilder {
  private final int most;
  private @Nullable ByteArrayOutputStream fragments;
  private boolean binary;

  MessageBuilder(int most) {
    this.most = most;
  }

  /** A whole message; of a binary one only that it was. */
  record Message(String text, boolean binary) {}

  /** The message is longer than allowed. */
  static final class TooLargeException extends Exception {}

  /** Takes a data frame in; returns null until the last of a message. */
  @Nullable Message add(Frame frame) throws CharacterCodingException, TooLargeException {
    if (frame.getOpCode() != OpCode.CONTINUATION) {
      binary = frame.getOpCode() == OpCode.BINARY;
    }
    ByteBuffer payload = frame.getPayload();
    ByteArrayOutputStream before = fragments;
    if (payload.remaining() + (before == null ? 0 : before.size()) > most) {
      fragments = null;
      throw new TooLargeException();
    }
    if (before == null && frame.isFin()) {
      return message(payload);
    }
    ByteArrayOutputStream sum = before == null ? new ByteArrayOutputStream() : before;
    sum.writeBytes(BufferUtil.toArray(payload));
    fragments = frame.isFin() ? null : sum;
    return frame.isFin() ? message(ByteBuffer.wrap(sum.toByteArray())) : null;
  }

  private Message message(ByteBuffer bytes) throws CharacterCodingException {
    return binary
        ? new Message("", true)
        : new Message(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString(), false);
  }
}
