/**
 * Events of generations: in-process listeners, replay, and the relay between instances.
 *
 * <pre>
 * publish ─→ EventHub ─→ History (per generation, in the order of seq) ─→ listeners
 *               ↑ │
 *               │ └──→ Relay ─→ Redis PUBLISH {"from","user","event":{"event","seq","ts","data"}}
 *               └───── Relay ←─ Redis SUBSCRIBE (own messages skipped)
 * </pre>
 */
@NullMarked
package com.jadariselabs.video.events;

import org.jspecify.annotations.NullMarked;
