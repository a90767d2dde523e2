/**
 * The realtime door at {@code /api/socket}: one user's subscriptions, backpressure, for plain
 * WebSockets and Socket.IO's clients, and the same events as SSE.
 *
 * <pre>
 * SocketServlet ─→ PlainSocket ──┐ commands                      ┌─→ Board (own threads)
 *   ├─→ IoDoor ──→ IoClient ─────┼─→ Conversation ─→ Following ──┤
 *   │               │  │ frames  │                       ↑       └─→ Fanout ←─ EventHub
 *   │               │  Outbox ←──┼── Outlet ←────────────┘ events       ↑
 * EventStreamServlet ─→ EventStream                               Lookout (what was missed)
 *
 * IoDoor ─→ io.socket's engine ←→ IoWire (a WebSocket) or IoPoll and IoPost (long polling)
 * </pre>
 *
 * <p>A publisher's thread goes as far as the outboxes; the {@code Postman} writes.
 */
@NullMarked
package com.jadariselabs.video.socket;

import org.jspecify.annotations.NullMarked;
