package com.jadariselabs.video.credits;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One movement of an account.
 *
 * @param amount whole credits, negative for a charge
 * @param kind {@code grant}, {@code charge}, {@code refund} or {@code adjustment}
 * @param generationId whose money it is, null for grants and adjustments
 * @param balanceAfter the account's balance with this entry
 */
public record LedgerEntry(
    long id,
    long amount,
    String kind,
    @Nullable String generationId,
    long balanceAfter,
    Instant createdAt) {}
