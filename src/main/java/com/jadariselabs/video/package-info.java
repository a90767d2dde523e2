/** The application and its configuration: wiring only. */
@NullMarked
package com.jadariselabs.video;

import org.jspecify.annotations.NullMarked;
