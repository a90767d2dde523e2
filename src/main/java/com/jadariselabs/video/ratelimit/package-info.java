/** Token buckets per user and window. */
@NullMarked
package com.jadariselabs.video.ratelimit;

import org.jspecify.annotations.NullMarked;
