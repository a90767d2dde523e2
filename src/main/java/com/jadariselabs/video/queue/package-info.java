/**
 * Jesque behind {@code ring(priority, id)} and {@code listen(handler)}: delivery queues, worker
 * pool, autoscaler.
 *
 * <p>Nothing here must not be lost: a job says "look at this generation now", the generation is a
 * row elsewhere, and what is missing here is rung again. Keys, all below the namespace and in
 * Jesque's own form where it has one:
 *
 * <pre>
 * queues                        set   the delivery queues' names
 * queue:first                   list  jobs that have waited too long, before any plan's turn
 * queue:high, :normal, :low     list  {"class":"Visit","args":[id, the queue's own name]}
 * inflight:{worker}:{queues}    list  popped, handler not called yet
 * workers, worker:{worker}:…    set, string  Jesque's register of workers
 * stat:processed[:{worker}]     counter
 * instance:{instance id}        string with a TTL, there while the process lives
 * bell                          channel  "something was rung", by instance id
 * </pre>
 *
 * A worker is named {@code {instance id}-w{n}:{process id}:{queues}}.
 */
@NullMarked
package com.jadariselabs.video.queue;

import org.jspecify.annotations.NullMarked;
