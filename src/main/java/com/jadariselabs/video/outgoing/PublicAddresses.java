package com.jadariselabs.video.outgoing;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.SocketAddressResolver;

/** Which addresses the whole Internet knows under the same meaning (RFC 6890). */
public final class PublicAddresses {
  private PublicAddresses() {}

  /** A name that resolves to an address that is not public. */
  public static final class PrivateAddressException extends UnknownHostException {
    private static final long serialVersionUID = 1;
  }

  /**
   * A resolver that gives public addresses alone: one private address among them refuses the name.
   * What it gives is what is connected to, so that no second look-up can tell otherwise.
   */
  public static SocketAddressResolver guard(SocketAddressResolver resolver) {
    return (host, port, context, promise) ->
        resolver.resolve(host, port, context, checked(promise));
  }

  /** Whether it is public. */
  public static boolean isPublic(InetAddress address) {
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

  private static Promise<List<InetSocketAddress>> checked(
      Promise<List<InetSocketAddress>> promise) {
    return new Promise<>() {
      @Override
      public void succeeded(List<InetSocketAddress> addresses) {
        if (addresses.stream().allMatch(a -> isPublic(a.getAddress()))) {
          promise.succeeded(addresses);
        } else {
          promise.failed(new PrivateAddressException());
        }
      }

      @Override
      public void failed(Throwable failure) {
        promise.failed(failure);
      }
    };
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
}
