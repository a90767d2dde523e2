package com.jadariselabs.video.socket;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The acknowledgement that a Socket.IO client asked for with the message that is being answered.
 * One message is answered at a time, by whatever thread.
 */
final class IoAcknowledgement {
  private static final int NONE = -1;

  private final IoQueue out;
  private volatile int id = NONE;

  IoAcknowledgement(IoQueue out) {
    this.out = out;
  }

  /** The message that is answered from now on asked for this one; negative: for none. */
  void expected(int ackId) {
    id = ackId;
  }

  /** Gives it, once, where it was asked for. */
  void give(ObjectNode data, boolean success) {
    int asked = id;
    if (asked >= 0) {
      id = NONE;
      ObjectNode answer = JsonNodeFactory.instance.objectNode().put("success", success);
      answer.setAll(data);
      out.say(IoPackets.ack(asked, answer));
    }
  }

  /** What is acknowledged where no answer but an event tells that it was done. */
  static ObjectNode of(ClientMessage message) {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    return message instanceof ClientMessage.Cancel cancel
        ? data.put("generationId", cancel.generationId()).put("status", "cancelled")
        : data;
  }
}
