package com.jadariselabs.video.redis;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An answer to come; refuses to be waited for by the one thread that would bring it. */
final class Reply<T> extends CompletableFuture<T> {
  private final Thread bringer;

  Reply(Thread bringer) {
    this.bringer = bringer;
  }

  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new Reply<>(bringer);
  }

  @Override
  public T join() {
    refuseToWaitForItself();
    return super.join();
  }

  @Override
  public T get() throws InterruptedException, ExecutionException {
    refuseToWaitForItself();
    return super.get();
  }

  @Override
  public T get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    refuseToWaitForItself();
    return super.get(timeout, unit);
  }

  private void refuseToWaitForItself() {
    if (!isDone() && Thread.currentThread() == bringer) {
      throw new IllegalStateException("a continuation of a Redis answer waits for another one");
    }
  }
}
