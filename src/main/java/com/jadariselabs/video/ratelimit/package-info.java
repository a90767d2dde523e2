/**
 * Token buckets per user and window.
 *
 * <pre>
 * Redis: limits:{user}  hash {at, w60, w3600, w86400}, expires once all buckets are full
 * away:  the same buckets in this process, until it is back
 * </pre>
 */
@NullMarked
package com.jadariselabs.video.ratelimit;

import org.jspecify.annotations.NullMarked;
