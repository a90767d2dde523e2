/** Where videos and posters are kept, and the signed URLs that lead to them. */
@NullMarked
package com.jadariselabs.video.storage;

import org.jspecify.annotations.NullMarked;
