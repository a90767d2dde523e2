package com.jadariselabs.video.queue;

import java.util.Map;

/**
 * Where a job stands after its ring.
 *
 * @param position from 1: the jobs that will be delivered before it, plus one
 * @param lengths jobs in each delivery queue at that moment, this one included
 */
public record Place(int position, Map<Priority, Integer> lengths) {}
