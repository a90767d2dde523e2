package com.jadariselabs.video.testing;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.Method;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.request.ClassPrepareRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * Holds all threads of a process where one of them enters a method, by the debugger interface: the
 * product needs no seams for it. Then the process can be killed right there, or go on much later.
 */
public final class Breakpoint implements AutoCloseable {
  private final VirtualMachine machine;
  private final String className;
  private final String method;
  private final CompletableFuture<Void> hit = new CompletableFuture<>();
  private int skip;

  /**
   * Attaches.
   *
   * @param port see {@link Instance#debuggable}
   * @param className binary name, below the root package
   * @param skip how many times it is passed before it holds
   */
  public Breakpoint(int port, String className, String method, int skip) {
    this.machine = attach(port);
    this.className = "com.jadariselabs.video." + className;
    this.method = method;
    this.skip = skip;
    for (ReferenceType type : machine.classesByName(this.className)) {
      hold(type);
    }
    ClassPrepareRequest prepared = machine.eventRequestManager().createClassPrepareRequest();
    prepared.addClassFilter(this.className);
    prepared.enable();
    Thread thread = new Thread(this::run, "breakpoint");
    thread.setDaemon(true);
    thread.start();
  }

  /** Waits until it holds; false where that does not happen in time. */
  public boolean awaitHit(Duration patience) throws InterruptedException {
    try {
      hit.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      return false;
    }
  }

  /** Lets the process go on, if it still lives. */
  @Override
  public void close() {
    try {
      machine.eventRequestManager().deleteAllBreakpoints();
      machine.dispose();
    } catch (VMDisconnectedException e) {
      hit.cancel(false);
    }
  }

  private void run() {
    try {
      while (true) {
        EventSet set = machine.eventQueue().remove();
        boolean held = false;
        for (Event event : set) {
          held |= holds(event);
        }
        if (held) {
          hit.complete(null);
          return;
        }
        set.resume();
      }
    } catch (InterruptedException | VMDisconnectedException e) {
      hit.completeExceptionally(e);
    }
  }

  private boolean holds(Event event) {
    if (event instanceof ClassPrepareEvent prepared) {
      hold(prepared.referenceType());
      return false;
    }
    return event instanceof BreakpointEvent && skip-- <= 0;
  }

  private void hold(ReferenceType type) {
    for (Method each : type.methodsByName(method)) {
      machine.eventRequestManager().createBreakpointRequest(each.location()).enable();
    }
  }

  private static VirtualMachine attach(int port) {
    AttachingConnector connector =
        Bootstrap.virtualMachineManager().attachingConnectors().stream()
            .filter(each -> each.name().equals("com.sun.jdi.SocketAttach"))
            .findFirst()
            .orElseThrow();
    Map<String, Connector.Argument> arguments = connector.defaultArguments();
    arguments.get("hostname").setValue("127.0.0.1");
    arguments.get("port").setValue(String.valueOf(port));
    // After a debugger has left, it takes the process a moment to listen for the next one.
    return Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> connector.attach(arguments), machine -> true);
  }
}
