/**
 * A typed client of Replicate's HTTP API, its policies and webhook signatures.
 *
 * <pre>
 * call → retry (safe operations; a create only after 429) → rate budget → circuit breaker → wire
 * </pre>
 *
 * <p>A create is never repeated blindly, since the API knows no idempotency keys: what is not known
 * is said ({@link com.jadariselabs.video.replicate.ReplicateException.Kind#UNKNOWN_OUTCOME}), and
 * the caller looks for the orphan. Neither token, prompt nor output address is ever logged; the
 * logger {@code org.eclipse.jetty.client} stays above DEBUG, where it would print them, and which
 * is ten times slower.
 */
@NullMarked
package com.jadariselabs.video.replicate;

import org.jspecify.annotations.NullMarked;
