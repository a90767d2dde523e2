/**
 * What is kept for how long, and what is taken away: media and rows whose time is over, what an
 * owner purges, whom an admin erases, files that belong to nothing. Every step is a conditional
 * statement, so that all instances do it at once; rows let go of their files first, in the same
 * statement that puts the keys into {@code media_removals}, and files go after that.
 */
@NullMarked
package com.jadariselabs.video.retention;

import org.jspecify.annotations.NullMarked;
