/** Start images: fetched under the guard, looked at, kept, and passed on to the provider. */
@NullMarked
package com.jadariselabs.video.image;

import org.jspecify.annotations.NullMarked;
