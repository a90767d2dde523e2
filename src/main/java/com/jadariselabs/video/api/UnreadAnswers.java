package com.jadariselabs.video.api;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a client has not read yet of its answer, so that no thread ever waits for one to read:
 * otherwise a single client that sends request after request and reads nothing would hold a thread
 * that serves all. What is kept is bounded, for each answer (beyond that its writer does wait) and
 * for all together (beyond that the oldest is given up with its connection). Answers that flow at
 * their reader's pace anyway, events and videos, are passed on as they are. Thread-safe.
 */
final class UnreadAnswers extends Handler.Wrapper {
  private final long mostOfOne;
  private final long mostOfAll;

  /** The answers that somebody keeps from being sent, the oldest first; guarded by itself. */
  private final Set<Answer> unread = new LinkedHashSet<>();

  /** The bytes of all these; guarded by {@link #unread}. */
  private long kept;

  /** Keeps so many bytes of one answer, and of all. */
  UnreadAnswers(Handler handler, long mostOfOne, long mostOfAll) {
    super(handler);
    this.mostOfOne = mostOfOne;
    this.mostOfAll = mostOfAll;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    if (request.getHeaders().contains(HttpHeader.UPGRADE)
        && Request.getPathInContext(request).startsWith("/api/socket")) {
      return super.handle(request, response, callback);
    }
    Answer answer = new Answer(request, response, callback);
    return super.handle(request, answer, Callback.from(answer::complete, answer::fail));
  }

  private void count(Answer answer, long more) {
    Answer oldest = null;
    synchronized (unread) {
      kept += more;
      if (more > 0) {
        unread.add(answer);
      }
      if (kept > mostOfAll) {
        Iterator<Answer> all = unread.iterator();
        oldest = all.next();
        all.remove();
      }
    }
    if (oldest != null) {
      oldest.giveUp();
    }
  }

  private void forget(Answer answer) {
    synchronized (unread) {
      unread.remove(answer);
    }
  }

  /** One answer; what its writers hand over goes on in its order. */
  private final class Answer extends Response.Wrapper {
    private final Callback callback;
    private final Sending sending = new Sending();

    /** What waits to be sent; guarded by this, as all below. */
    private final Queue<Piece> pieces = new ArrayDeque<>();

    private long bytes;
    private boolean lastIsKept;
    private boolean complete;
    private @Nullable Throwable failure;

    Answer(Request request, Response response, Callback callback) {
      super(request, response);
      this.callback = callback;
    }

    @Override
    public void write(boolean last, @Nullable ByteBuffer content, Callback written) {
      if (flows()) {
        super.write(last, content, written);
        return;
      }
      ByteBuffer copy = ByteBuffer.allocate(content == null ? 0 : content.remaining());
      if (content != null) {
        copy.put(content).flip();
      }
      count(this, copy.remaining());
      Throwable failed;
      boolean waits;
      synchronized (this) {
        failed = failure;
        bytes += copy.remaining();
        waits = bytes > mostOfOne;
        lastIsKept |= last;
        pieces.add(new Piece(last, copy, copy.remaining(), waits ? written : Callback.NOOP));
      }
      if (failed != null) {
        drop(failed);
        written.failed(failed);
        return;
      }
      if (!waits) {
        written.succeeded();
      }
      sending.iterate();
    }

    @Override
    public synchronized boolean hasLastWrite() {
      return lastIsKept || super.hasLastWrite();
    }

    /** Events and videos have writers that wait without a thread. */
    private boolean flows() {
      String type = String.valueOf(getHeaders().get(HttpHeader.CONTENT_TYPE));
      return type.startsWith("text/event-stream") || type.startsWith("video/");
    }

    /** Its writer has written all of it. */
    void complete() {
      Throwable failed;
      synchronized (this) {
        complete = true;
        failed = failure;
      }
      if (failed == null) {
        sending.iterate();
      } else {
        callback.failed(failed);
      }
    }

    /** Its writer has failed. */
    void fail(Throwable thrown) {
      drop(thrown);
      callback.failed(thrown);
    }

    void giveUp() {
      getRequest().getConnectionMetaData().getConnection().getEndPoint().close();
    }

    /** Returns whether its writer has written all of it and waits to hear how it went. */
    private boolean drop(Throwable thrown) {
      long dropped;
      boolean awaited;
      List<Piece> unsent;
      synchronized (this) {
        awaited = complete;
        failure = thrown;
        dropped = bytes;
        bytes = 0;
        unsent = List.copyOf(pieces);
        pieces.clear();
      }
      count(this, -dropped);
      forget(this);
      unsent.forEach(piece -> piece.written.failed(thrown));
      return awaited;
    }

    /** Sends piece by piece, then ends the request. */
    private final class Sending extends IteratingCallback {
      private @Nullable Piece current;

      @Override
      protected Action process() {
        Piece next;
        synchronized (Answer.this) {
          next = pieces.poll();
          if (next == null && !complete) {
            return Action.IDLE;
          }
        }
        if (next == null) {
          return Action.SUCCEEDED;
        }
        current = next;
        Answer.super.write(next.last, next.content, this);
        return Action.SCHEDULED;
      }

      @Override
      protected void onSuccess() {
        Piece sent = current;
        current = null;
        if (sent == null) {
          return;
        }
        long freed;
        synchronized (Answer.this) {
          freed = Math.min(bytes, sent.length);
          bytes -= freed;
        }
        count(Answer.this, -freed);
        sent.written.succeeded();
      }

      @Override
      protected void onCompleteSuccess() {
        forget(Answer.this);
        callback.succeeded();
      }

      @Override
      protected void onCompleteFailure(Throwable cause) {
        Piece unsent = current;
        // Else its writer has something to say yet, and hears of it then.
        boolean awaited = drop(cause);
        if (unsent != null) {
          unsent.written.failed(cause);
        }
        if (awaited) {
          callback.failed(cause);
        }
      }
    }
  }

  /** A piece of an answer; its writer is told of its end only where it waits for that. */
  private record Piece(boolean last, ByteBuffer content, int length, Callback written) {}
}
