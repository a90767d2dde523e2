/** The verdict on a prompt, and the reputation of who wrote it. */
@NullMarked
package com.jadariselabs.video.moderation;

import org.jspecify.annotations.NullMarked;
