/** What a video file is: sniffing, probing, posters, fast start. */
@NullMarked
package com.jadariselabs.video.media;

import org.jspecify.annotations.NullMarked;
