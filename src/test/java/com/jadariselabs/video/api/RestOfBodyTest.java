package com.jadariselabs.video.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class RestOfBodyTest {
  private static final Server SERVER = new Server();
  private static final ServerConnector CONNECTOR = new ServerConnector(SERVER);
  private static final int LARGE = 8 * 1024 * 1024;

  @BeforeAll
  static void start() throws Exception {
    CONNECTOR.setHost("127.0.0.1");
    SERVER.addConnector(CONNECTOR);
    SERVER.setHandler(new RestOfBody(new Refuser()));
    SERVER.start();
  }

  @AfterAll
  static void stop() throws Exception {
    SERVER.stop();
  }

  /** Answers without a look at the body. */
  private static final class Refuser extends Handler.Abstract {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      response.setStatus(401);
      response.getHeaders().put("Content-Length", 2);
      response.write(true, ByteBuffer.wrap("no".getBytes(StandardCharsets.US_ASCII)), callback);
      return true;
    }
  }

  @Test
  void a_small_body_that_comes_after_the_answer_leaves_the_connection_usable() throws IOException {
    try (Socket socket = connected()) {
      for (int i = 0; i < 3; i++) {
        say(socket, "POST /some HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n");
        assertThat(answer(socket)).startsWith("HTTP/1.1 401").doesNotContain("close");
        say(socket, "later");
      }
    }
  }

  @RepeatedTest(20)
  void whoever_sends_too_much_gets_the_answer_nevertheless() throws IOException {
    try (Socket socket = connected()) {
      say(socket, "POST /much HTTP/1.1\r\nHost: x\r\nContent-Length: " + LARGE + "\r\n\r\n");
      socket.getOutputStream().write(new byte[LARGE]);
      assertThat(answer(socket)).startsWith("HTTP/1.1 401").contains("Connection: close");
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void a_rest_that_never_comes_is_not_waited_for() throws IOException {
    for (String promise : new String[] {"Content-Length: 9", "Transfer-Encoding: chunked"}) {
      try (Socket socket = connected()) {
        say(socket, "POST /never HTTP/1.1\r\nHost: x\r\n" + promise + "\r\n\r\n");
        assertThat(answer(socket)).startsWith("HTTP/1.1 401");
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
      }
    }
  }

  @Test
  void who_asks_before_sending_is_not_asked_for_a_body_that_nobody_wants() throws IOException {
    try (Socket socket = connected()) {
      say(
          socket,
          "POST /asks HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n");
      assertThat(answer(socket)).startsWith("HTTP/1.1 401").contains("Connection: close");
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  private static Socket connected() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), CONNECTOR.getLocalPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static void say(Socket socket, String words) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(words.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  /** Reads one answer, with its body of two bytes. */
  private static String answer(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder answer = new StringBuilder();
    while (answer.indexOf("\r\n\r\nno") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("ended after: " + answer);
      }
      answer.append((char) next);
    }
    return answer.toString();
  }
}
