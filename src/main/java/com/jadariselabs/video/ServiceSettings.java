package com.jadariselabs.video;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who this process is and how the world reaches it.
 *
 * @param host the address that both ports listen on; null: loopback in local mode, every address
 *     otherwise
 * @param port the application's, for the default of {@code appUrl}
 * @param appUrl basis of the URLs handed out and an allowed origin; without a slash at its end
 * @param corsOrigins other allowed origins, comma separated
 * @param dataDir where embedded servers, local media and local secrets are kept
 * @param instanceId null: the host's name and a random part
 * @param outgoingAllowPrivate whether users may name http and private addresses
 * @param metricsToken null: metrics are open
 */
public record ServiceSettings(
    @Nullable String host,
    int port,
    String appUrl,
    @Nullable String corsOrigins,
    String dataDir,
    @Nullable String instanceId,
    boolean outgoingAllowPrivate,
    @Nullable String metricsToken) {

  /** Checks the URLs. */
  public ServiceSettings {
    appUrl = origin("appUrl", appUrl == null ? "http://localhost:" + port : appUrl);
    split(corsOrigins).forEach(origin -> origin("corsOrigins", origin));
    instanceId = instanceId == null ? hostName() + "-" + randomPart() : instanceId;
    if (!instanceId.matches("[A-Za-z0-9._-]{1,100}")) {
      throw new IllegalArgumentException(
          "instanceId must be 1 to 100 letters, digits, dots, dashes and underscores");
    }
  }

  /**
   * The origins that pages may call from: the service's own, by all of loopback's names where it is
   * there, then the configured ones.
   */
  public List<String> origins() {
    String localhost = "http://localhost";
    Stream<String> own =
        appUrl.equals(localhost) || appUrl.startsWith(localhost + ":")
            ? Stream.of("localhost", "127.0.0.1", "[::1]")
                .map(name -> "http://" + name + appUrl.substring(localhost.length()))
            : Stream.of(appUrl);
    Stream<String> others = split(corsOrigins).map(origin -> origin("corsOrigins", origin));
    return Stream.concat(own, others).distinct().toList();
  }

  /** The id of this process among those that share the stores. */
  public String instance() {
    return Optional.ofNullable(instanceId).orElseThrow();
  }

  private static Stream<String> split(@Nullable String list) {
    return list == null
        ? Stream.of()
        : Stream.of(list.split(",")).map(String::strip).filter(each -> !each.isEmpty());
  }

  /** An origin as browsers send it: lower case, no path, no default port. */
  private static String origin(String name, @Nullable String url) {
    String expected = name + " must be http(s)://host[:port] without a path";
    if (url == null) {
      throw new IllegalArgumentException(expected);
    }
    try {
      URI uri = URI.create(url.strip().replaceFirst("/$", ""));
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      boolean plain =
          (scheme.equals("http") || scheme.equals("https"))
              && uri.getHost() != null
              && uri.getRawPath().isEmpty()
              && uri.getRawQuery() == null
              && uri.getRawFragment() == null
              && uri.getRawUserInfo() == null;
      if (!plain) {
        throw new IllegalArgumentException(expected);
      }
      boolean standard = uri.getPort() == (scheme.equals("http") ? 80 : 443);
      String port = uri.getPort() < 0 || standard ? "" : ":" + uri.getPort();
      return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + port;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(expected, e);
    }
  }

  private static String hostName() {
    String name = System.getenv("HOSTNAME");
    try {
      name = name == null || name.isBlank() ? InetAddress.getLocalHost().getHostName() : name;
    } catch (UnknownHostException e) {
      name = "host";
    }
    String plain = name.replaceAll("[^A-Za-z0-9._-]", "-");
    return plain.substring(0, Math.min(80, plain.length()));
  }

  private static String randomPart() {
    return UUID.randomUUID().toString().substring(0, 8);
  }
}
