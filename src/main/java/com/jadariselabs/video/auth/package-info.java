/**
 * Tokens, principals, roles, sessions, API keys and socket tickets.
 *
 * <pre>
 * token --Tokens--> Verification --Sessions (in memory)--> Verification
 *           |                          |
 *        Jwks, secret         sessions (user_id, id, created_at, last_seen_at, revoked_at)
 *
 * revoke: row first, then this instance's memory, then a word to the others, which read the rows;
 *         they also look by themselves twice a second.
 * a key is the session key:&lt;id&gt;; api_keys (id, user_id, digest, scopes …) --ApiKeys, in memory--> Verification
 * socket_tickets (digest, caller, expires_at): inserted when issued, deleted by its one use.
 * </pre>
 */
@NullMarked
package com.jadariselabs.video.auth;

import org.jspecify.annotations.NullMarked;
