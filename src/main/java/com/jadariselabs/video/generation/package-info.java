/**
 * Generations: submission, reading, listing, cancelling, transitions; the only place that publishes
 * events.
 */
@NullMarked
package com.jadariselabs.video.generation;

import org.jspecify.annotations.NullMarked;
