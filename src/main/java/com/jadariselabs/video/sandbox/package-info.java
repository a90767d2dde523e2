/** Replicate's API at {@code /sandbox/v1}, rendering for real; there while no API token is set. */
@NullMarked
package com.jadariselabs.video.sandbox;

import org.jspecify.annotations.NullMarked;
