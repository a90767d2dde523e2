package com.jadariselabs.video.socket;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.util.Blocker;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.Configuration;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeRequest;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeResponse;
import org.eclipse.jetty.websocket.core.server.WebSocketMappings;
import org.eclipse.jetty.websocket.core.server.WebSocketNegotiator;
import org.jspecify.annotations.Nullable;

/**
 * Upgrades a request to a WebSocket. Speaks to Jetty's core API, which keeps nothing of the request
 * once it is upgraded, and frames bytes that many sockets share.
 */
record Handshake(SocketSettings settings) {
  static final String PROTOCOL = "video.v1";
  private static final int OUTPUT_BUFFER_BYTES = 8 * 1024;

  /** Returns false when that request asks for no upgrade; it is not answered then. */
  boolean upgrade(HttpServletRequest request, FrameHandler handler) throws IOException {
    ServletContextRequest core = ServletContextRequest.getServletContextRequest(request);
    WebSocketMappings mappings = WebSocketMappings.getMappings(core.getServletContextHandler());
    if (mappings == null || !mappings.getHandshaker().isWebSocketUpgradeRequest(core)) {
      return false;
    }
    try (Blocker.Callback callback = Blocker.callback()) {
      Negotiator negotiator = new Negotiator(handler, settings);
      if (!mappings.upgrade(negotiator, core, core.getServletContextResponse(), callback, null)) {
        return false;
      }
      callback.block();
      return true;
    }
  }

  /** Chooses our sub-protocol, never the one that carries the token, and no extension. */
  private record Negotiator(FrameHandler handler, SocketSettings settings)
      implements WebSocketNegotiator {

    @Override
    public @Nullable FrameHandler negotiate(
        ServerUpgradeRequest request, ServerUpgradeResponse response, Callback callback) {
      if (request.hasSubProtocol(PROTOCOL)) {
        response.setAcceptedSubProtocol(PROTOCOL);
      }
      response.setExtensions(List.of());
      return handler;
    }

    @Override
    public void customize(Configuration configuration) {
      configuration.setMaxFrameSize(settings.maxMessageBytes());
      configuration.setAutoFragment(false);
      configuration.setOutputBufferSize(OUTPUT_BUFFER_BYTES);
      configuration.setIdleTimeout(settings.pingEvery().multipliedBy(4));
    }
  }
}
