package com.jadariselabs.video.events;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * An event with its bytes, made once and shared by everybody who gets it. Thread-safe.
 *
 * <p>Three forms: the frame of a plain socket, {@code {"event","seq","ts","data"}}; the flat data,
 * with {@code seq} and {@code ts} inside, for protocols that carry the name elsewhere; and the
 * server-sent event (WHATWG HTML, 9.2) made of name, {@code seq} as id, and the flat data.
 */
public final class EncodedEvent {
  private final GenerationEvent event;
  private final ByteBuffer frame;
  private volatile @Nullable String flatData;
  private volatile byte @Nullable [] serverSent;

  EncodedEvent(GenerationEvent event, ObjectMapper json) {
    this.event = event;
    this.frame = ByteBuffer.wrap(encode(event, json)).asReadOnlyBuffer();
  }

  /** What happened. */
  public GenerationEvent event() {
    return event;
  }

  /** The generation's id. */
  public String generationId() {
    return event.generationId();
  }

  /** Its place in the generation's order. */
  public long seq() {
    return event.seq();
  }

  /** The length of the plain frame in bytes. */
  public int size() {
    return frame.capacity();
  }

  /** The plain frame: a read-only view of its own. */
  public ByteBuffer frame() {
    return frame.duplicate();
  }

  /** The event's data with {@code seq} and {@code ts} inside, as JSON without a line break. */
  public String flatData() {
    String made = flatData;
    if (made == null) {
      ObjectNode flat = event.data().deepCopy();
      made = flat.put("seq", event.seq()).put("ts", event.ts()).toString();
      flatData = made;
    }
    return made;
  }

  /** The server-sent event, blank line included; not to be changed. */
  public byte[] serverSent() {
    byte[] made = serverSent;
    if (made == null) {
      made =
          "id: %d\nevent: %s\ndata: %s\n\n"
              .formatted(event.seq(), event.type().wireName(), flatData())
              .getBytes(StandardCharsets.UTF_8);
      serverSent = made;
    }
    return made;
  }

  private static byte[] encode(GenerationEvent event, ObjectMapper json) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(192);
    try (JsonGenerator out = json.getFactory().createGenerator(bytes)) {
      out.writeStartObject();
      out.writeStringField("event", event.type().wireName());
      out.writeNumberField("seq", event.seq());
      out.writeNumberField("ts", event.ts());
      out.writeFieldName("data");
      json.writeTree(out, event.data());
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a byte array does not fail
    }
    return bytes.toByteArray();
  }
}
