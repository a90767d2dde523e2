/**
 * Jesque behind {@code ring(priority, id)} and {@code listen(handler)}: delivery queues, worker
 * pool, autoscaler.
 */
@NullMarked
package com.jadariselabs.video.queue;

import org.jspecify.annotations.NullMarked;
