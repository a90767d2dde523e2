/** Outgoing webhooks: the outbox, signing secrets, delivery with retries. */
@NullMarked
package com.jadariselabs.video.webhook;

import org.jspecify.annotations.NullMarked;
