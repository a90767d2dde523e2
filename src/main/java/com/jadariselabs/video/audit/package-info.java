/**
 * What admins did: {@code audit_log}, read here. A statement that has an effect writes its own
 * entry, so that neither is there without the other; what has none is noted here.
 */
@NullMarked
package com.jadariselabs.video.audit;

import org.jspecify.annotations.NullMarked;
