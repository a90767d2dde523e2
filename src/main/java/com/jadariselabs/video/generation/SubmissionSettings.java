package com.jadariselabs.video.generation;

/**
 * What bounds submissions.
 *
 * @param maxWaiting more waiting jobs than this refuse a submission
 * @param writers threads that write gathered submissions
 * @param tuneSession whether their connections may keep settings (not behind a transaction pooler)
 */
public record SubmissionSettings(int maxWaiting, int writers, boolean tuneSession) {}
