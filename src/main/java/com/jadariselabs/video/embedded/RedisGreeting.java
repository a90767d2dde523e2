package com.jadariselabs.video.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * The few words of Redis' protocol that starting and stopping it takes: inline commands, one line
 * of answer each.
 */
record RedisGreeting(int port, String password) {
  private static final int TIMEOUT_MILLIS = 1_000;

  /** Whether a Redis that takes our password is ready there. */
  boolean answered() {
    try (Socket socket = connect()) {
      BufferedReader answers =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      say(socket, "AUTH " + password, "PING");
      return "+OK".equals(answers.readLine()) && "+PONG".equals(answers.readLine());
    } catch (IOException e) {
      return false;
    }
  }

  /** Asks it to write everything down and end; says nothing when it is gone already. */
  void shutdown() {
    try (Socket socket = connect()) {
      say(socket, "AUTH " + password, "SHUTDOWN");
      while (socket.getInputStream().read() >= 0) {
        // The connection closes when it has ended.
      }
    } catch (IOException e) {
      // It is gone, or does not listen any more: both are what was wanted.
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket();
    try {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.connect(
          new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port),
          TIMEOUT_MILLIS);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static void say(Socket socket, String... commands) throws IOException {
    String lines = String.join("\r\n", commands) + "\r\n";
    socket.getOutputStream().write(lines.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
  }
}
