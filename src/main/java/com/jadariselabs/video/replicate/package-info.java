/** A typed client of Replicate's HTTP API, its policies and webhook signatures. */
@NullMarked
package com.jadariselabs.video.replicate;

import org.jspecify.annotations.NullMarked;
