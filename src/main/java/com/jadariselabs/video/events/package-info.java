/** Events of generations: in-process listeners, replay, and the relay between instances. */
@NullMarked
package com.jadariselabs.video.events;

import org.jspecify.annotations.NullMarked;
