/** The pool of connections to PostgreSQL, its time-outs, and the migrations at the start. */
@NullMarked
package com.jadariselabs.video.database;

import org.jspecify.annotations.NullMarked;
