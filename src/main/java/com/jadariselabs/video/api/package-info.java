/**
 * The REST door: JAX-RS resources with their request and response records, the one problem shape,
 * filters.
 */
@NullMarked
package com.jadariselabs.video.api;

import org.jspecify.annotations.NullMarked;
