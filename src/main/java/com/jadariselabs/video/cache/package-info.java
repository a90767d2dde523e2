/** Memory, then Redis, then the loader: single flight and invalidation. */
@NullMarked
package com.jadariselabs.video.cache;

import org.jspecify.annotations.NullMarked;
