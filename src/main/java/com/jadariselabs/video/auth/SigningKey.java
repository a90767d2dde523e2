package com.jadariselabs.video.auth;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A public key and the one algorithm that it is for. The algorithm is the key's, never the token's:
 * an RSA key serves RS256 and a P-256 key ES256, whatever a header says.
 */
record SigningKey(JWSAlgorithm algorithm, @Nullable String id, JWSVerifier verifier) {
  private static final int LEAST_RSA_BITS = 2048;

  /**
   * The usable keys of a JWK set (RFC 7517); what is for encryption, too weak, symmetric or broken
   * is left out.
   *
   * @throws ParseException if it is no JWK set
   */
  static List<SigningKey> parse(String set) throws ParseException {
    Map<String, Object>[] members =
        JSONObjectUtils.getJSONObjectArray(JSONObjectUtils.parse(set), "keys");
    if (members == null) {
      throw new ParseException("no member named keys", 0);
    }
    List<SigningKey> keys = new ArrayList<>();
    for (Map<String, Object> member : members) {
      usable(member).ifPresent(keys::add);
    }
    return List.copyOf(keys);
  }

  boolean verifies(byte[] signed, Base64URL signature) throws JOSEException {
    return verifier.verify(new JWSHeader(algorithm), signed, signature);
  }

  private static Optional<SigningKey> usable(Map<String, Object> member) {
    try {
      JWK key = JWK.parse(member);
      if (key.getKeyUse() != null && !KeyUse.SIGNATURE.equals(key.getKeyUse())) {
        return Optional.empty();
      }
      if (key instanceof RSAKey rsa && rsa.size() >= LEAST_RSA_BITS) {
        return of(key, JWSAlgorithm.RS256, new RSASSAVerifier(rsa.toRSAPublicKey()));
      }
      if (key instanceof ECKey ec && Curve.P_256.equals(ec.getCurve())) {
        return of(key, JWSAlgorithm.ES256, new ECDSAVerifier(ec.toECPublicKey()));
      }
      return Optional.empty();
    } catch (ParseException | JOSEException | RuntimeException e) {
      // One broken key must not take the others with it.
      return Optional.empty();
    }
  }

  private static Optional<SigningKey> of(JWK key, JWSAlgorithm algorithm, JWSVerifier verifier) {
    Algorithm declared = key.getAlgorithm();
    return declared == null || declared.getName().equals(algorithm.getName())
        ? Optional.of(new SigningKey(algorithm, key.getKeyID(), verifier))
        : Optional.empty();
  }
}
