package com.jadariselabs.video.outgoing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.SocketAddressResolver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutgoingTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.com/",
        "ftp://example.com/",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[fd00::1]/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://192.168.1.1/",
        "https://printer.local/",
        "https://metadata.google.internal/",
        "https://user:secret@example.com/",
        "https:///nowhere",
        "not a url",
        "",
        "//example.com/",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "gopher://example.com/",
        "https://0/",
        "https://0.0.0.0/",
        "https://127.0.0.2:443/",
        "https://0177.0.0.1/",
        "https://0x7f000001/",
        "https://017700000001/",
        "https://127.0.1/",
        "https://10.1/",
        "https://172.16.0.1/",
        "https://172.31.255.255/",
        "https://100.64.0.1/",
        "https://192.0.0.1/",
        "https://192.0.2.1/",
        "https://198.18.0.1/",
        "https://198.51.100.7/",
        "https://203.0.113.7/",
        "https://224.0.0.1/",
        "https://239.255.255.250/",
        "https://240.0.0.1/",
        "https://255.255.255.255/",
        "https://169.254.170.2/v2/credentials",
        "https://100.100.100.200/latest/meta-data",
        "https://[::]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:a9fe:a9fe]/",
        "https://[::127.0.0.1]/",
        "https://[fe80::1]/",
        "https://[fe80::1%25eth0]/",
        "https://[fec0::1]/",
        "https://[fc00::1]/",
        "https://[ff02::1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[64:ff9b:1::a00:1]/",
        "https://[2002:7f00:1::]/",
        "https://[2002:a9fe:a9fe::1]/",
        "https://[2001:0:7f00:1::]/",
        "https://[2001:db8::1]/",
        "https://[100::1]/",
        "https://localhost.localdomain.local/",
        "https://LOCALHOST/",
        "https://localhost./",
        "https://a.localhost/",
        "https://127.0.0.1.:443/",
        "https://router.home.arpa/",
        "https://intranet/",
        "https://example.com@127.0.0.1/",
        "https://127.0.0.1#@example.com/",
        "https://127.0.0.1\\@example.com/",
        "https://example.com:99999/",
        "https://①②⑦.⓪.⓪.①/",
        "https://１２７.0.0.1/",
        "https://exa mple.com/",
        "https://example.com/\r\nHost: inside",
      })
  void what_may_not_be_called_is_refused_before_any_name_is_resolved(String url) {
    assertThat(OutgoingUrl.problem(url, false)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"https://example.com/hook?x=1", "https://8.8.8.8:8443/", "https://a.b.example/"})
  void public_https_addresses_may_be_called(String url) {
    assertThat(OutgoingUrl.problem(url, false)).isEmpty();
  }

  @Test
  void closed_networks_may_call_themselves() {
    assertThat(OutgoingUrl.problem("http://127.0.0.1:8080/hook", true)).isEmpty();
    assertThat(OutgoingUrl.problem("http://user@127.0.0.1/", true)).isPresent();
  }

  @Test
  void a_name_with_one_private_address_among_its_addresses_is_not_connected_to() {
    assertThat(resolved("8.8.8.8", "1.1.1.1")).isCompletedWithValueMatching(l -> l.size() == 2);
    assertThat(resolved("8.8.8.8", "10.0.0.1")).isCompletedExceptionally();
    assertThat(resolved("::1")).isCompletedExceptionally();
  }

  @Test
  void a_name_that_comes_to_lead_inside_is_not_followed_there() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    SocketAddressResolver rebinding =
        (host, port, context, promise) -> {
          asked.incrementAndGet();
          promise.succeeded(List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
        };
    HttpClient client = new HttpClient();
    client.setSocketAddressResolver(PublicAddresses.guard(rebinding));
    client.start();
    try (ServerSocket inside = new ServerSocket(0)) {
      inside.setSoTimeout(1);
      assertThatThrownBy(() -> client.GET("http://rebinding.example:" + inside.getLocalPort()))
          .hasRootCauseInstanceOf(PublicAddresses.PrivateAddressException.class);
      assertThatThrownBy(inside::accept).isInstanceOf(SocketTimeoutException.class);
    } finally {
      client.stop();
    }
    assertThat(asked).as("what was checked is all that is known").hasValue(1);
  }

  private static CompletableFuture<List<InetSocketAddress>> resolved(String... addresses) {
    SocketAddressResolver rebinding =
        (host, port, context, promise) ->
            promise.succeeded(
                Stream.of(addresses)
                    .map(a -> new InetSocketAddress(InetAddresses.forString(a), port))
                    .toList());
    CompletableFuture<List<InetSocketAddress>> result = new CompletableFuture<>();
    PublicAddresses.guard(rebinding)
        .resolve(
            "example.com",
            443,
            Map.of(),
            new Promise<>() {
              @Override
              public void succeeded(List<InetSocketAddress> found) {
                result.complete(found);
              }

              @Override
              public void failed(Throwable failure) {
                result.completeExceptionally(failure);
              }
            });
    return result;
  }
}
