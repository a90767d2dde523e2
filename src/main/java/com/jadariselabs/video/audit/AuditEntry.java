package com.jadariselabs.video.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One call of an admin.
 *
 * @param actor the admin's user id
 * @param action what was done, for example {@code user.credits}
 * @param target whom or what it was done to, null for the whole service
 * @param detail in words, null where there is no more to say
 */
public record AuditEntry(
    long id,
    Instant at,
    String actor,
    String action,
    @Nullable String target,
    @Nullable String detail) {}
