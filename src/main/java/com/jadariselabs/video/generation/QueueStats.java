package com.jadariselabs.video.generation;

import com.jadariselabs.video.catalog.Plan;
import java.util.Map;

/**
 * How many generations are where, in the whole service.
 *
 * @param waiting by plan, those that may be served now
 * @param delayed by plan, those that wait for their next attempt
 */
public record QueueStats(
    Map<Plan, Long> waiting,
    Map<Plan, Long> delayed,
    long processing,
    long completed,
    long failed,
    long cancelled,
    boolean paused) {}
