package com.jadariselabs.video.socket;

import com.jadariselabs.video.events.GenerationEvent;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The realtime door's metrics: contract names, bounded labels. Thread-safe. */
final class SocketMetrics {
  private final Gauge connections;
  private final Map<GenerationEvent.Type, Counter.Child> events =
      new EnumMap<>(GenerationEvent.Type.class);
  private final Map<String, Counter.Child> words;
  private final Counter.Child other;

  SocketMetrics(CollectorRegistry registry) {
    connections =
        Gauge.build("video_websocket_connections", "Open sockets of this instance.")
            .register(registry);
    Counter messages =
        Counter.build("video_websocket_messages_total", "Messages in both directions, by event.")
            .labelNames("event")
            .register(registry);
    for (GenerationEvent.Type type : GenerationEvent.Type.values()) {
      events.put(type, messages.labels(type.wireName()));
    }
    words =
        Stream.of(
                "subscribe",
                "subscribed",
                "unsubscribe",
                "unsubscribed",
                "cancel",
                "ping",
                "pong",
                "resync",
                "error")
            .collect(Collectors.toUnmodifiableMap(word -> word, messages::labels));
    other = messages.labels("other");
  }

  void opened() {
    connections.inc();
  }

  void closed() {
    connections.dec();
  }

  void sent(GenerationEvent.Type type) {
    Counter.Child counter = events.get(type);
    if (counter != null) {
      counter.inc();
    }
  }

  void said(String word) {
    words.getOrDefault(word, other).inc();
  }

  void received(ClientMessage message) {
    said(
        message instanceof ClientMessage.Wrong
            ? "other"
            : message instanceof ClientMessage.SubscribeAll
                ? "subscribe"
                : message.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT));
  }
}
