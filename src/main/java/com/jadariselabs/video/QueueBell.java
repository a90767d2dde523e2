package com.jadariselabs.video;

import com.jadariselabs.video.generation.Delivery;
import com.jadariselabs.video.queue.Priority;
import com.jadariselabs.video.queue.Queue;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The queue as the generations' bell: whatever goes wrong with Redis is left to the sweep. */
record QueueBell(Queue queue) implements Delivery {
  @Override
  public void ring(Priority priority, String generationId) {
    queue.ring(priority, generationId);
  }

  @Override
  public void withdraw(Priority priority, String generationId) {
    queue.withdraw(priority, generationId);
  }

  @Override
  public CompletableFuture<Lengths> lengths(Priority upTo) {
    return queue
        .lengths()
        .thenApply(
            lengths -> {
              int ahead = 0;
              int all = 0;
              for (Map.Entry<Priority, Integer> each : lengths.entrySet()) {
                all += each.getValue();
                ahead += each.getKey().compareTo(upTo) <= 0 ? each.getValue() : 0;
              }
              return new Lengths(ahead, all);
            });
  }
}
