/** The embedded PostgreSQL and Redis. */
@NullMarked
package com.jadariselabs.video.embedded;

import org.jspecify.annotations.NullMarked;
