package com.jadariselabs.video.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeySetTest {
  private static final Clock CLOCK = Clock.fixed(Forge.NOW, ZoneOffset.UTC);
  private static final RSAKey RSA = generated("rsa-1");
  private static final RSAKey OTHER = generated("other");
  private static final ECKey EC = ec("ec-1");

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger fetches = new AtomicInteger();
  private final CountDownLatch never = new CountDownLatch(1);
  private volatile String body = set(RSA, EC);
  private volatile int status = 200;
  private volatile boolean hangs;
  private HttpServer server;
  private Tokens tokens;

  @BeforeEach
  void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext(
        "/",
        exchange -> {
          fetches.incrementAndGet();
          if (hangs) {
            try {
              never.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          if (status == 302) {
            exchange.getResponseHeaders().add("Location", "/elsewhere");
          }
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/jwks.json");
    tokens =
        new Tokens(
            TokenSettings.forLocalMode(),
            null,
            new KeySet(
                KeySetSource.at(address),
                new com.google.common.base.Ticker() {
                  @Override
                  public long read() {
                    return nanos.get();
                  }
                }),
            CLOCK);
  }

  @AfterEach
  void stop() {
    never.countDown();
    server.stop(0);
  }

  private boolean admits(String token) {
    return tokens.verify(token) instanceof Verification.Valid;
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void both_asymmetric_algorithms_are_accepted_and_the_set_is_fetched_once() {
    assertThat(admits(rs256(RSA))).isTrue();
    assertThat(admits(es256(EC))).isTrue();
    assertThat(admits(rs256(RSA))).isTrue();
    assertThat(fetches).hasValue(1);
  }

  @Test
  void an_answer_without_keys_does_not_take_away_those_that_were_known() {
    assertThat(admits(rs256(RSA))).isTrue();
    body = "{\"keys\":[]}";
    pass(Duration.ofSeconds(11));
    assertThat(admits(rs256(rsa("unknown")))).isFalse();
    assertThat(fetches).hasValue(2);
    assertThat(admits(es256(EC))).isTrue();
    RSAKey next = rsa("rsa-2");
    body = set(next);
    pass(Duration.ofSeconds(11));
    assertThat(admits(rs256(next))).isTrue();
    assertThat(admits(es256(EC))).as("left out of a set with keys").isFalse();
  }

  @Test
  void an_issuer_without_any_key_is_believed_from_the_start() {
    body = "{\"keys\":[]}";
    assertThat(admits(rs256(RSA))).isFalse();
    assertThat(admits(rs256(RSA))).isFalse();
    assertThat(fetches).as("one with its id unknown").hasValueLessThanOrEqualTo(2);
  }

  @Test
  void invented_key_ids_do_not_hold_many_threads_while_the_issuer_hangs() {
    assertThat(admits(rs256(RSA))).isTrue();
    hangs = true;
    pass(Duration.ofSeconds(11));
    String invented = rs256(rsa("invented"));
    ExecutorService threads = Executors.newFixedThreadPool(64);
    try {
      IntStream.range(0, 200).forEach(i -> threads.execute(() -> admits(invented)));
      Awaitility.await().until(() -> fetches.get() == 2);
      pass(Duration.ofSeconds(2));
      long asked = System.nanoTime();
      IntStream.range(0, 200).forEach(i -> threads.execute(() -> admits(invented)));
      CompletableFuture<Boolean> honest =
          CompletableFuture.supplyAsync(() -> admits(rs256(RSA)), threads);
      assertThat(honest.join()).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(3));
    } finally {
      never.countDown();
      threads.shutdown();
    }
  }

  @Test
  void the_algorithm_is_the_keys_and_not_the_tokens() throws Exception {
    byte[] pem = RSA.toRSAPublicKey().getEncoded();
    String header = "{\"alg\":\"HS256\",\"kid\":\"rsa-1\"}";
    assertThat(admits(Forge.hs256(header, Forge.claims(""), pem))).isFalse();
    assertThat(
            admits(
                Forge.hs256(
                    header,
                    Forge.claims(""),
                    RSA.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8))))
        .isFalse();
    assertThat(
            admits(
                Forge.signed(
                    "SHA256withRSA",
                    "{\"alg\":\"ES256\",\"kid\":\"rsa-1\"}",
                    Forge.claims(""),
                    RSA.toPrivateKey())))
        .isFalse();
    assertThat(
            admits(
                Forge.signed(
                    "SHA512withRSA",
                    "{\"alg\":\"RS512\",\"kid\":\"rsa-1\"}",
                    Forge.claims(""),
                    RSA.toPrivateKey())))
        .isFalse();
  }

  @Test
  void keys_that_a_token_brings_along_are_not_looked_at() throws Exception {
    RSAKey own = rsa("rsa-1");
    String header =
        "{\"alg\":\"RS256\",\"kid\":\"rsa-1\",\"jwk\":"
            + own.toPublicJWK().toJSONString()
            + ",\"jku\":\"http://127.0.0.1:1/\",\"x5u\":\"http://127.0.0.1:1/\"}";
    assertThat(admits(Forge.signed("SHA256withRSA", header, Forge.claims(""), own.toPrivateKey())))
        .isFalse();
  }

  @Test
  void a_signature_of_zeros_is_none() {
    String token = es256(EC);
    String forged = token.substring(0, token.lastIndexOf('.') + 1) + Forge.base64(new byte[64]);
    assertThat(admits(forged)).isFalse();
  }

  @Test
  void a_new_key_is_found_at_once() {
    assertThat(admits(rs256(RSA))).isTrue();
    RSAKey next = rsa("rsa-2");
    body = set(RSA, next);
    assertThat(admits(rs256(next))).isTrue();
    RSAKey third = rsa("rsa-3");
    body = set(third);
    assertThat(admits(rs256(third))).isTrue();
    assertThat(fetches).hasValue(3);
  }

  @Test
  void invented_key_ids_cost_the_issuer_one_question_in_ten_seconds() throws Exception {
    assertThat(admits(rs256(RSA))).isTrue();
    String invented = header("RS256", "invented-");
    List<CompletableFuture<Boolean>> answers =
        IntStream.range(0, 40)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () ->
                            admits(
                                signed(
                                    "SHA256withRSA",
                                    invented.replace("invented-", "invented-" + i),
                                    RSA))))
            .toList();
    for (CompletableFuture<Boolean> answer : answers) {
      assertThat(answer.get()).isFalse();
    }
    assertThat(fetches).hasValue(2);
    pass(Duration.ofSeconds(11));
    assertThat(admits(signed("SHA256withRSA", invented, RSA))).isFalse();
    assertThat(fetches).hasValue(3);
  }

  @Test
  void old_keys_go_on_through_an_outage_and_withdrawn_ones_do_not_outlive_ten_minutes() {
    assertThat(admits(es256(EC))).isTrue();
    status = 503;
    pass(Duration.ofHours(3));
    assertThat(admits(es256(EC))).isTrue();
    status = 200;
    body = set(RSA);
    pass(Duration.ofSeconds(3));
    Awaitility.await().until(() -> !admits(es256(EC, "{\"n\":1}")));
    assertThat(admits(rs256(RSA))).isTrue();
  }

  @Test
  void nobody_waits_for_a_renewal_while_the_keys_are_young_enough() {
    assertThat(admits(rs256(RSA))).isTrue();
    hangs = true;
    pass(Duration.ofMinutes(6));
    long began = System.nanoTime();
    assertThat(admits(es256(EC))).isTrue();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
    Awaitility.await().until(() -> fetches.get() == 2);
  }

  @Test
  void a_redirect_is_not_followed_and_a_huge_set_not_read() {
    status = 302;
    assertThat(admits(rs256(RSA))).isFalse();
    assertThat(fetches).hasValue(1);
    status = 200;
    body = " ".repeat(400_000) + set(RSA);
    pass(Duration.ofSeconds(3));
    assertThat(admits(rs256(RSA))).isFalse();
    body = set(RSA);
    pass(Duration.ofSeconds(3));
    assertThat(admits(rs256(RSA))).isTrue();
  }

  @Test
  void broken_weak_and_foreign_keys_do_not_spoil_the_others() throws Exception {
    JWK encryption =
        new RSAKey.Builder(rsa("enc").toRSAPublicKey())
            .keyID("enc")
            .keyUse(KeyUse.ENCRYPTION)
            .build();
    JWK other =
        new RSAKey.Builder(rsa("ps").toRSAPublicKey())
            .keyID("ps")
            .algorithm(new Algorithm("PS256"))
            .build();
    String keys =
        "{\"keys\":[{\"kty\":\"RSA\"},{\"kty\":\"quantum\"},{\"kty\":\"oct\",\"k\":\"Z3Vlc3M\",\"kid\":\"o\"},"
            + encryption.toJSONString()
            + ","
            + other.toJSONString()
            + ","
            + EC.toPublicJWK().toJSONString()
            + "]}";
    List<SigningKey> usable = SigningKey.parse(keys);
    assertThat(usable).extracting(SigningKey::id).containsExactly("ec-1");
    assertThat(usable).extracting(SigningKey::algorithm).containsExactly(JWSAlgorithm.ES256);
  }

  private static String rs256(RSAKey key) {
    return signed("SHA256withRSA", header("RS256", key.getKeyID()), key);
  }

  private static String es256(ECKey key) {
    return es256(key, "{}");
  }

  private static String es256(ECKey key, String extra) {
    try {
      return Forge.signed(
          "SHA256withECDSAinP1363Format",
          header("ES256", key.getKeyID()),
          Forge.claims("\"extra\":" + extra),
          key.toPrivateKey());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static String signed(String algorithm, String header, RSAKey key) {
    try {
      return Forge.signed(algorithm, header, Forge.claims(""), key.toPrivateKey());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static String header(String algorithm, String kid) {
    return "{\"alg\":\"" + algorithm + "\",\"kid\":\"" + kid + "\"}";
  }

  private static String set(JWK... keys) {
    return new JWKSet(List.of(keys)).toString(true);
  }

  /** Another key than {@link #RSA}: to make one takes a second. */
  private static RSAKey rsa(String id) {
    return new RSAKey.Builder(OTHER).keyID(id).build();
  }

  private static RSAKey generated(String id) {
    try {
      return new RSAKeyGenerator(2048).keyID(id).generate();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static ECKey ec(String id) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
