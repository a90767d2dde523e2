package com.jadariselabs.video.socket;

import com.jadariselabs.video.studio.BrowserUnderTest;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * A page of the door's own origin with npm's {@code socket.io-client}, and what its sockets hear,
 * in short: the event's name, its seq, code, status or reason.
 */
final class IoPage implements AutoCloseable {
  private static final String SCRIPT =
      """
      window.sockets = {};
      window.say = (data) => data === undefined ? '' :
          typeof data === 'string' ? ' ' + data :
          (data.seq === undefined || data.status ? '' : ' ' + data.seq)
              + (data.code ? ' ' + data.code : '') + (data.status ? ' ' + data.status : '');
      window.connect = ({name, auth, options}) => {
        const socket = io(location.origin, {path: '/api/socket', auth, forceNew: true,
            reconnectionDelay: 20, reconnectionDelayMax: 100, timeout: 2000, ...options});
        const heard = [];
        sockets[name] = {socket, heard, data: [], transports: []};
        socket.on('connect', () => heard.push('connect'));
        socket.on('disconnect', (reason) => heard.push('disconnect ' + reason));
        socket.on('connect_error', (e) =>
            heard.push('connect_error ' + e.message + say(e.data)));
        socket.onAny((event, data) => {
          heard.push(event + say(data));
          sockets[name].data.push(data);
        });
        const note = () => sockets[name].transports.push(socket.io.engine.transport.name);
        socket.io.on('open', () => { note(); socket.io.engine.on('upgrade', note); });
      };
      window.ask = ({name, event, data}) => new Promise((answer) =>
          sockets[name].socket.timeout(10000).emit(event, data,
              (error, said) => answer(error ? {error: String(error)} : said)));
      """;

  private final BrowserContext context;
  private final Page page;

  IoPage(BrowserUnderTest browser, Door door) throws IOException {
    context = browser.browser().newContext();
    page = context.newPage();
    page.navigate(door.http("/page.html").toString());
    page.addScriptTag(new Page.AddScriptTagOptions().setContent(client()));
    page.addScriptTag(new Page.AddScriptTagOptions().setContent(SCRIPT));
  }

  /** Connects a socket of this name with this token. */
  IoPage connect(String name, String token, Map<String, ?> options) {
    return connectWith(name, Map.of("token", token), options);
  }

  IoPage connectWith(String name, Map<String, ?> auth, Map<String, ?> options) {
    page.evaluate("connect", Map.of("name", name, "auth", auth, "options", options));
    return this;
  }

  /** Says something and waits for its acknowledgement. */
  @SuppressWarnings("unchecked")
  Map<String, Object> ask(String name, String event, Object data) {
    return (Map<String, Object>)
        page.evaluate("ask", Map.of("name", name, "event", event, "data", data));
  }

  IoPage say(String name, String event, Object data) {
    page.evaluate(
        "({name, event, data}) => { sockets[name].socket.emit(event, data); }",
        Map.of("name", name, "event", event, "data", data));
    return this;
  }

  @SuppressWarnings("unchecked")
  List<String> heard(String name) {
    return (List<String>) page.evaluate("(name) => sockets[name].heard", name);
  }

  @SuppressWarnings("unchecked")
  List<Map<String, Object>> data(String name) {
    return (List<Map<String, Object>>) page.evaluate("(name) => sockets[name].data", name);
  }

  @SuppressWarnings("unchecked")
  List<String> transports(String name) {
    return (List<String>) page.evaluate("(name) => sockets[name].transports", name);
  }

  /** Waits until it has heard something that begins so. */
  List<String> hears(String name, String beginning) {
    page.waitForFunction(
        "([name, beginning]) => sockets[name].heard.some((one) => one.startsWith(beginning))",
        List.of(name, beginning),
        new Page.WaitForFunctionOptions().setPollingInterval(5).setTimeout(15_000));
    return heard(name);
  }

  /** All its sockets leave. */
  void disconnectAll() {
    page.evaluate("Object.values(sockets).forEach(({socket}) => socket.disconnect())");
  }

  Page page() {
    return page;
  }

  @Override
  public void close() {
    context.close();
  }

  private static String client() throws IOException {
    try (InputStream in = IoPage.class.getResourceAsStream("/socket.io-client/socket.io.min.js")) {
      if (in == null) {
        throw new IOException("socket.io-client is not among the test's resources");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
