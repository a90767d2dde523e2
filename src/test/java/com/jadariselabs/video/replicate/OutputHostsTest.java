package com.jadariselabs.video.replicate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.InetAddresses;
import com.jadariselabs.video.outgoing.PublicAddresses;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.SocketAddressResolver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutputHostsTest {
  private final OutputHosts hosts = new OutputHosts(URI.create("https://api.replicate.com/v1"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://replicate.delivery/a",
        "https://pbxt.replicate.delivery/a/b.mp4",
        "https://REPLICATE.delivery:443/a",
        "https://api.replicate.com/v1/files/x"
      })
  void the_provider_s_hosts_are_allowed(String address) {
    assertThat(hosts.allows(URI.create(address))).isTrue();
  }

  @Test
  void the_token_is_for_the_api_s_scheme_host_and_port_alone() {
    assertThat(hosts.isApi(URI.create("https://api.replicate.com:443/x"))).isTrue();
    assertThat(hosts.isApi(URI.create("http://api.replicate.com/x"))).isFalse();
    assertThat(hosts.isApi(URI.create("https://api.replicate.com:444/x"))).isFalse();
    assertThat(hosts.isApi(URI.create("https://pbxt.replicate.delivery/x"))).isFalse();
    assertThat(hosts.isApi(URI.create("https://api.replicate.com.evil.example/x"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "fd12:3456::1",
        "ff02::1",
        "64:ff9b::7f00:1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "100::1"
      })
  void private_and_reserved_addresses_are_not_public(String address) {
    assertThat(PublicAddresses.isPublic(InetAddresses.forString(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "104.18.0.1",
        "172.32.0.1",
        "192.1.0.1",
        "2606:4700::1",
        "2a00:1450::1"
      })
  void ordinary_addresses_are_public(String address) {
    assertThat(PublicAddresses.isPublic(InetAddresses.forString(address))).isTrue();
  }

  @Test
  void a_public_name_with_one_private_address_is_not_connected_to() {
    CompletableFuture<List<InetSocketAddress>> resolved =
        resolve("pbxt.replicate.delivery", "1.1.1.1", "127.0.0.1");
    assertThat(resolved).isCompletedExceptionally();
    assertThat(resolve("pbxt.replicate.delivery", "1.1.1.1"))
        .isCompletedWithValueMatching(a -> a.size() == 1);
  }

  @Test
  void the_api_s_own_host_may_be_private() {
    assertThat(resolve("api.replicate.com", "10.0.0.1")).isCompleted();
  }

  private CompletableFuture<List<InetSocketAddress>> resolve(String host, String... addresses) {
    List<InetSocketAddress> answers =
        List.of(addresses).stream()
            .map(a -> new InetSocketAddress(InetAddresses.forString(a), 443))
            .toList();
    SocketAddressResolver names = (name, port, context, promise) -> promise.succeeded(answers);
    CompletableFuture<List<InetSocketAddress>> resolved = new CompletableFuture<>();
    hosts
        .guard(names)
        .resolve(
            host, 443, Map.of(), Promise.from(resolved::complete, resolved::completeExceptionally));
    return resolved;
  }
}
