/** Calls to addresses that users name: which may be called at all, and what they resolve to. */
@NullMarked
package com.jadariselabs.video.outgoing;

import org.jspecify.annotations.NullMarked;
