package com.jadariselabs.video.replicate;

import com.jadariselabs.video.outgoing.PublicAddresses;
import java.net.URI;
import java.util.Locale;
import org.eclipse.jetty.util.SocketAddressResolver;

/**
 * Where outputs may be fetched from: https at {@code replicate.delivery} and its sub-domains, and
 * the API's own scheme, host and port. Names other than the API's must resolve to public addresses,
 * and the connection goes to the very addresses that were checked.
 */
final class OutputHosts {
  private static final String DELIVERY = "replicate.delivery";

  private final URI api;

  OutputHosts(URI api) {
    this.api = api;
  }

  /** Whether this is at the API itself: the only place that is shown the token. */
  boolean isApi(URI uri) {
    return api.getScheme().equalsIgnoreCase(uri.getScheme())
        && api.getHost().equalsIgnoreCase(uri.getHost())
        && port(api) == port(uri)
        && uri.getRawUserInfo() == null;
  }

  /** Whether an output may be fetched from here. */
  boolean allows(URI uri) {
    if (uri.getHost() == null || uri.getScheme() == null || uri.getRawUserInfo() != null) {
      return false;
    }
    if (isApi(uri)) {
      return true;
    }
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    boolean delivery = host.equals(DELIVERY) || host.endsWith("." + DELIVERY);
    return delivery && "https".equalsIgnoreCase(uri.getScheme()) && port(uri) == 443;
  }

  /** A resolver that gives private addresses of nobody but the API's host. */
  SocketAddressResolver guard(SocketAddressResolver resolver) {
    SocketAddressResolver guarded = PublicAddresses.guard(resolver);
    return (host, port, context, promise) -> {
      boolean trusted = bare(api.getHost()).equalsIgnoreCase(bare(host)) && port(api) == port;
      (trusted ? resolver : guarded).resolve(host, port, context, promise);
    };
  }

  private static int port(URI uri) {
    if (uri.getPort() != -1) {
      return uri.getPort();
    }
    return "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
  }

  private static String bare(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }
}
