/**
 * One pipelined connection on which commands of many requests share round trips, and the pool
 * beside it.
 */
@NullMarked
package com.jadariselabs.video.redis;

import org.jspecify.annotations.NullMarked;
