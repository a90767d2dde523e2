package com.jadariselabs.video;

import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.core.server.ServerFactory;
import io.dropwizard.jetty.ConnectorFactory;
import io.dropwizard.jetty.HttpConnectorFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The two ports: on which address they listen, and whether they are free. */
final class Listeners {
  private static final String LOOPBACK = "127.0.0.1";

  private final List<ConnectorFactory> application;
  private final List<ConnectorFactory> admin;

  Listeners(ServerFactory server) {
    if (!(server instanceof DefaultServerFactory factory)) {
      throw new SettingException("server.type: must be default", null);
    }
    this.application = factory.getApplicationConnectors();
    this.admin = factory.getAdminConnectors();
  }

  /**
   * Binds both ports to this address; without one to loopback in local mode, where anyone who
   * reaches the service can sign in, and to every address otherwise.
   */
  void bind(@Nullable String host, boolean localMode) {
    String address = host == null && localMode ? LOOPBACK : host;
    for (List<ConnectorFactory> connectors : List.of(application, admin)) {
      for (ConnectorFactory connector : connectors) {
        if (connector instanceof HttpConnectorFactory http && http.getBindHost() == null) {
          http.setBindHost(address);
        }
      }
    }
  }

  /** How this process reaches its own application port. */
  String loopbackUrl() {
    for (ConnectorFactory connector : application) {
      if (connector instanceof HttpConnectorFactory http) {
        String host = http.getBindHost();
        boolean any = host == null || host.equals("0.0.0.0") || host.equals("::");
        String name = any ? LOOPBACK : host.contains(":") ? "[" + host + "]" : host;
        return "http://" + name + ":" + http.getPort();
      }
    }
    throw new SettingException("server.applicationConnectors: an http connector is needed", null);
  }

  /**
   * Tries the ports, so that a start that cannot succeed fails before it has started servers.
   *
   * @throws SettingException when one is in use or the address is not this machine's
   */
  void tryOut() {
    application.forEach(connector -> tryOut("PORT", connector));
    admin.forEach(connector -> tryOut("ADMIN_PORT", connector));
  }

  private static void tryOut(String setting, ConnectorFactory connector) {
    if (!(connector instanceof HttpConnectorFactory http) || http.getPort() == 0) {
      return;
    }
    String host = http.getBindHost();
    InetSocketAddress address =
        host == null
            ? new InetSocketAddress(http.getPort())
            : new InetSocketAddress(host, http.getPort());
    if (address.isUnresolved()) {
      throw new SettingException("HOST: '" + host + "' is not an address of this machine", null);
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(address);
    } catch (IOException e) {
      String reason = String.valueOf(e.getMessage());
      throw reason.contains("in use")
          ? new SettingException(
              setting + ": port " + http.getPort() + " is in use by another process", e)
          : new SettingException(
              setting + ": " + address + " cannot be listened on (" + reason + ")", e);
    }
  }
}
