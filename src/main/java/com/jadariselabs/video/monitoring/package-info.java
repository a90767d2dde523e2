/** Registries, health checks and log fields. */
@NullMarked
package com.jadariselabs.video.monitoring;

import org.jspecify.annotations.NullMarked;
