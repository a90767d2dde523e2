/**
 * Replicate's API at {@code /sandbox/v1}, rendering for real; there while no API token is set.
 *
 * <pre>
 * starting ──→ processing ──→ succeeded
 *     │             ├───────→ failed
 *     │             └───────→ canceled   asked for, or the deadline passed
 *     ├─────────────────────→ canceled   asked for
 *     └─────────────────────→ aborted    the deadline passed before the start
 *
 * DATA_DIR/sandbox/predictions/&lt;id&gt;.json   rewritten at each transition; read at the start
 * DATA_DIR/sandbox/files/&lt;token&gt;           outputs, for an hour
 * DATA_DIR/sandbox/webhook-secret          whsec_…
 * </pre>
 *
 * A marker in a prompt makes a prediction misbehave, for tests and demonstrations:
 *
 * <pre>
 * [[fail]]       fails with E1001 (out of memory, transient) after 40 % of its time
 * [[fail-once]]  the same, but the next prediction with the same prompt succeeds
 * [[nsfw]]       fails with "flagged as sensitive (E005)"
 * [[hang]]       stays at 35 % until it is cancelled or its deadline passes
 * [[slow]]       takes five times as long
 * [[html]]       succeeds, but its output is a web page
 * [[truncated]]  succeeds, but its output is cut in the middle of its promised length
 * [[gone]]       succeeds, but its output answers 404
 * </pre>
 */
@NullMarked
package com.jadariselabs.video.sandbox;

import org.jspecify.annotations.NullMarked;
