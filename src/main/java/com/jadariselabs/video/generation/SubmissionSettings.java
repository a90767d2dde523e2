package com.jadariselabs.video.generation;

/**
 * What bounds submissions.
 *
 * @param maxWaiting more waiting jobs than this refuse a submission
 * @param perUser a user's jobs in the delivery queues at once; the others wait behind them
 * @param writers threads that write gathered submissions
 * @param tuneSession whether their connections may keep settings (not behind a transaction pooler)
 */
public record SubmissionSettings(int maxWaiting, int perUser, int writers, boolean tuneSession) {}
