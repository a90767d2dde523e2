/**
 * The verdict on a prompt, and the reputation of who wrote it.
 *
 * <pre>
 * text -- Folding --> readings of it -- Lists (an automaton over all rules) --> Verdict
 *
 * moderation_verdicts (user_id, at, category, rule, points, text_sha256): rejections, for admins
 * reputations (user_id, score, changed_at): no row is 100; each hour gives a point back
 * </pre>
 */
@NullMarked
package com.jadariselabs.video.moderation;

import org.jspecify.annotations.NullMarked;
