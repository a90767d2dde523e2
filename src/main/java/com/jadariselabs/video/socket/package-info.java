/**
 * The realtime door at {@code /api/socket}: one user's subscriptions, backpressure, and the same
 * events as SSE.
 *
 * <pre>
 * SocketServlet ─→ PlainSocket ──┐ commands                      ┌─→ Board (own threads)
 *                   │  ↑         ├─→ Conversation ─→ Following ──┤
 *                   │  │ frames  │                       ↑       └─→ Fanout ←─ EventHub
 *                   │  Outbox ←──┼── Outlet ←────────────┘ events       ↑
 * EventStreamServlet ─→ EventStream                               Lookout (what was missed)
 * </pre>
 *
 * <p>A publisher's thread goes as far as the outboxes; the {@code Postman} writes.
 */
@NullMarked
package com.jadariselabs.video.socket;

import org.jspecify.annotations.NullMarked;
