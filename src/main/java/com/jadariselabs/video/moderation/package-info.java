/**
 * The verdict on a prompt, and the reputation of who wrote it.
 *
 * <pre>
 * text -- Folding --> readings of it -- Lists (an automaton over all rules) --> Verdict
 *                              allowed -- ModerationApi, where one is set --> Verdict
 *
 * moderation_verdicts (user_id, at, subject, category, rule, points, …): rejections, for admins
 * reputations (user_id, score, changed_at): no row is 100; each hour gives a point back
 * </pre>
 */
@NullMarked
package com.jadariselabs.video.moderation;

import org.jspecify.annotations.NullMarked;
