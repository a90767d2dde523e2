/** The way of one generation: visits, leases, back-off and the sweep. */
@NullMarked
package com.jadariselabs.video.pipeline;

import org.jspecify.annotations.NullMarked;
