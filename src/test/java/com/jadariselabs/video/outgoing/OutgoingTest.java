package com.jadariselabs.video.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.InetAddresses;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
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
        "not a url"
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
