/** Models, prices, styles, estimates, and the mapping of a request to a model's input. */
@NullMarked
package com.jadariselabs.video.catalog;

import org.jspecify.annotations.NullMarked;
