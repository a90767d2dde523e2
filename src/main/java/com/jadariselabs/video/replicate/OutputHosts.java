package com.jadariselabs.video.replicate;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import org.eclipse.jetty.util.Promise;
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
    return (host, port, context, promise) ->
        resolver.resolve(host, port, context, checked(host, port, promise));
  }

  private Promise<List<InetSocketAddress>> checked(
      String host, int port, Promise<List<InetSocketAddress>> promise) {
    boolean trusted = bare(api.getHost()).equalsIgnoreCase(bare(host)) && port(api) == port;
    return new Promise<>() {
      @Override
      public void succeeded(List<InetSocketAddress> addresses) {
        if (trusted || addresses.stream().allMatch(a -> isPublic(a.getAddress()))) {
          promise.succeeded(addresses);
        } else {
          promise.failed(new PrivateAddress());
        }
      }

      @Override
      public void failed(Throwable failure) {
        promise.failed(failure);
      }
    };
  }

  /** A public name with an address that is not. */
  static final class PrivateAddress extends UnknownHostException {
    private static final long serialVersionUID = 1;
  }

  /** Whether the whole Internet knows this address under the same meaning (RFC 6890). */
  static boolean isPublic(InetAddress address) {
    byte[] b = address.getAddress();
    if (address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return false;
    }
    return b.length == 4 ? isPublic4(b[0] & 0xff, b[1] & 0xff, b[2] & 0xff) : isPublic6(b);
  }

  private static boolean isPublic4(int a, int b, int c) {
    boolean reserved =
        a == 0
            || a >= 240
            || (a == 100 && b >= 64 && b <= 127)
            || (a == 192 && b == 0 && (c == 0 || c == 2))
            || (a == 198 && (b == 18 || b == 19))
            || (a == 198 && b == 51 && c == 100)
            || (a == 203 && b == 0 && c == 113);
    return !reserved;
  }

  /** Only global unicast, and none of its blocks that carry an IPv4 address inside. */
  private static boolean isPublic6(byte[] b) {
    boolean global = (b[0] & 0xe0) == 0x20;
    boolean sixToFour = b[0] == 0x20 && b[1] == 0x02;
    boolean special = b[0] == 0x20 && b[1] == 0x01 && (b[2] & 0xfe) == 0;
    boolean documentation = b[0] == 0x20 && b[1] == 0x01 && b[2] == 0x0d && (b[3] & 0xff) == 0xb8;
    return global && !sixToFour && !special && !documentation;
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
