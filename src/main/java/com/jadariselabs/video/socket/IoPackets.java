package com.jadariselabs.video.socket;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.jadariselabs.video.events.EncodedEvent;
import io.socket.socketio.server.parser.IOParser;
import io.socket.socketio.server.parser.Packet;
import io.socket.socketio.server.parser.Parser;
import java.util.Optional;
import org.json.JSONArray;
import org.json.JSONObject;
import org.jspecify.annotations.Nullable;

/** Packets of the Socket.IO protocol (revision 5), by io.socket's parser. Thread-safe. */
final class IoPackets {
  static final String ROOT = "/";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private IoPackets() {}

  /**
   * What a client said.
   *
   * @param type one of {@link Parser}'s
   * @param ack the id that its acknowledgement must carry, or negative
   * @param event its name; empty where it has none
   * @param data what came with it, null where nothing did
   */
  record Said(int type, String namespace, int ack, String event, @Nullable JsonNode data) {}

  /** Reads one; empty when it is no packet, or a binary one, which nobody has to send here. */
  static Optional<Said> read(String text) {
    if (text.isEmpty() || text.charAt(0) == '5' || text.charAt(0) == '6') {
      return Optional.empty(); // what a binary one announces would be kept, as much as it likes
    }
    Said[] said = new Said[1];
    IOParser.Decoder decoder = new IOParser.Decoder();
    decoder.onDecoded(packet -> said[0] = said(packet.type, packet.nsp, packet.id, packet.data));
    try {
      decoder.add(text);
    } catch (RuntimeException e) {
      return Optional.empty(); // the parser has many ways to say so
    }
    return Optional.ofNullable(said[0]);
  }

  /** The client is in. */
  static String connected(String sid) {
    return packet(
        Parser.CONNECT, -1, ROOT, JsonNodeFactory.instance.objectNode().put("sid", sid).toString());
  }

  /** The client is not let in: its {@code connect_error}. */
  static String refused(String namespace, String code, String message) {
    var data = JsonNodeFactory.instance.objectNode().put("message", message);
    data.putObject("data").put("code", code);
    return packet(Parser.CONNECT_ERROR, -1, namespace, data.toString());
  }

  /** The client shall not come back by itself. */
  static String disconnected() {
    return packet(Parser.DISCONNECT, -1, ROOT, null);
  }

  /** An event of a generation, {@code seq} and {@code ts} in its data. */
  static String event(EncodedEvent event) {
    return event(event.event().type().wireName(), event.flatData());
  }

  /** Another word of the server. */
  static String event(String name, String data) {
    return packet(Parser.EVENT, -1, ROOT, "[\"" + name + "\"," + data + "]");
  }

  /** What went wrong. */
  static String error(String code, String message) {
    var data = JsonNodeFactory.instance.objectNode().put("code", code).put("message", message);
    return event("error", data.toString());
  }

  /** The acknowledgement that a client asked for. */
  static String ack(int id, JsonNode data) {
    return packet(Parser.ACK, id, ROOT, "[" + data + "]");
  }

  private static String packet(int type, int id, String namespace, @Nullable String json) {
    Packet<String> packet = new Packet<>(type, json);
    packet.id = id;
    packet.nsp = namespace;
    StringBuilder text = new StringBuilder();
    new IOParser.Encoder().encode(packet, parts -> text.append(parts[0]));
    return text.toString();
  }

  private static Said said(int type, String namespace, int ack, @Nullable Object content) {
    if (type == Parser.EVENT && content instanceof JSONArray parts) {
      return new Said(
          type, namespace, ack, String.valueOf(parts.opt(0)), json(parts.opt(1))); // more: ignored
    }
    return new Said(type, namespace, ack, "", json(content));
  }

  private static @Nullable JsonNode json(@Nullable Object part) {
    if (part == null || part == JSONObject.NULL) {
      return null;
    }
    try {
      return JSON.readTree(JSONObject.valueToString(part));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e); // cannot be: it was JSON
    }
  }
}
