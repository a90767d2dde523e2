package com.jadariselabs.video.outgoing;

import com.google.common.net.InetAddresses;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What can be said against an address that a user wants us to call, before any name is resolved:
 * the rest is checked when it is called.
 */
public final class OutgoingUrl {
  private static final int LONGEST = 2_048;
  private static final int LAST_PORT = 65_535;
  private static final Pattern NUMERIC_LABEL = Pattern.compile("(0[xX][0-9a-fA-F]*|[0-9]+)");
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?");

  private OutgoingUrl() {}

  /**
   * Looks at an address.
   *
   * @param allowPrivate whether http and private addresses are allowed, for closed networks
   * @return what is wrong with it, in words for its sender; empty when nothing is
   */
  public static Optional<String> problem(String url, boolean allowPrivate) {
    if (url.length() > LONGEST) {
      return Optional.of("at most " + LONGEST + " characters");
    }
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      return Optional.of("must be a URL");
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("https") && !(allowPrivate && scheme.equals("http"))) {
      return Optional.of("must be an https URL");
    }
    if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getPort() > LAST_PORT) {
      return Optional.of("must name a host, without user and password");
    }
    return allowPrivate || isPublic(uri.getHost())
        ? Optional.empty()
        : Optional.of("must be a public address");
  }

  private static boolean isPublic(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    if (name.startsWith("[")) {
      String literal = name.substring(1, name.length() - 1);
      // A zone is of this machine alone, whatever address it goes with.
      return literal.indexOf('%') < 0
          && InetAddresses.isInetAddress(literal)
          && PublicAddresses.isPublic(InetAddresses.forString(literal));
    }
    if (InetAddresses.isInetAddress(name)) {
      return PublicAddresses.isPublic(InetAddresses.forString(name));
    }
    String last = name.substring(name.lastIndexOf('.') + 1);
    // 2130706433, 0x7f.1 or 127.1 are addresses to some resolvers: none of them is a name.
    if (!HOST.matcher(name).matches() || NUMERIC_LABEL.matcher(last).matches()) {
      return false;
    }
    return name.contains(".")
        && !last.equals("localhost")
        && !last.equals("local")
        && !last.equals("internal")
        && !name.endsWith(".home.arpa");
  }
}
