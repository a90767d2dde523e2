/** Accounts and the append-only ledger. */
@NullMarked
package com.jadariselabs.video.credits;

import org.jspecify.annotations.NullMarked;
