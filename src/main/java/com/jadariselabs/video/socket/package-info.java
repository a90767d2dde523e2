/**
 * The realtime door at {@code /api/socket}: one user's subscriptions, backpressure, and the same
 * events as SSE.
 */
@NullMarked
package com.jadariselabs.video.socket;

import org.jspecify.annotations.NullMarked;
