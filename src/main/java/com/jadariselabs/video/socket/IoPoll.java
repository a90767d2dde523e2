package com.jadariselabs.video.socket;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A GET of Engine.IO's long polling. The engine would write its answer blocking, under its lock and
 * on the thread of whoever has something to say: here it is gathered, and written as the client
 * takes it.
 */
final class IoPoll extends HttpServletRequestWrapper implements WriteListener {
  private static final Logger LOG = LoggerFactory.getLogger(IoPoll.class);

  private final String query;
  private final HttpServletResponse response;
  private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();
  private volatile @Nullable AsyncContext context;
  private volatile @Nullable AsyncContext handed;
  private volatile boolean answered;
  private boolean written;

  /** That query, whatever the client's was like. */
  IoPoll(HttpServletRequest request, String query, HttpServletResponse response) {
    super(request);
    this.query = query;
    this.response = response;
  }

  /** Whether something has been said to it. */
  boolean answered() {
    return answered;
  }

  /** What the engine writes to. */
  HttpServletResponse response() {
    return new Gathering(response);
  }

  @Override
  public String getQueryString() {
    return query;
  }

  @Override
  public boolean isAsyncSupported() {
    return true;
  }

  @Override
  public boolean isAsyncStarted() {
    return handed != null;
  }

  @Override
  public AsyncContext startAsync() {
    AsyncContext started = getRequest().startAsync(getRequest(), response);
    context = started;
    AsyncContext given = new IoPollContext(started, this::send);
    handed = given;
    return given;
  }

  @Override
  public AsyncContext getAsyncContext() {
    AsyncContext given = handed;
    if (given == null) {
      throw new IllegalStateException("not started");
    }
    return given;
  }

  @Override
  public void onWritePossible() throws IOException {
    ServletOutputStream out = response.getOutputStream();
    while (out.isReady()) {
      if (written) {
        complete();
        return;
      }
      written = true;
      out.write(gathered.toByteArray());
    }
  }

  @Override
  public void onError(Throwable cause) {
    LOG.debug("A poll could not be answered", cause);
    complete();
  }

  /** All has been said to it. */
  private void send() {
    answered = true;
    try {
      response.getOutputStream().setWriteListener(this);
    } catch (IOException | IllegalStateException e) {
      onError(e);
    }
  }

  private void complete() {
    AsyncContext started = context;
    if (started != null) {
      try {
        started.complete();
      } catch (IllegalStateException e) {
        LOG.debug("A poll had ended already", e);
      }
    }
  }

  private final class Gathering extends HttpServletResponseWrapper {
    Gathering(HttpServletResponse response) {
      super(response);
    }

    @Override
    public ServletOutputStream getOutputStream() {
      return new ServletOutputStream() {
        @Override
        public void write(int value) {
          gathered.write(value);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
          gathered.write(bytes, offset, length);
        }

        @Override
        public boolean isReady() {
          return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
          throw new IllegalStateException("it is written when all is there");
        }
      };
    }
  }
}
