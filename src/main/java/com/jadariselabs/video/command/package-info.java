/** Command-line commands. */
@NullMarked
package com.jadariselabs.video.command;

import org.jspecify.annotations.NullMarked;
