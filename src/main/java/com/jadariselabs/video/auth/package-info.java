/** Tokens, principals, roles, sessions and socket tickets. */
@NullMarked
package com.jadariselabs.video.auth;

import org.jspecify.annotations.NullMarked;
