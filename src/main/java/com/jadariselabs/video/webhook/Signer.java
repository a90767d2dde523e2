package com.jadariselabs.video.webhook;

import java.time.Instant;
import java.util.List;

/** Signs by the Standard Webhooks rules. Thread-safe. */
public interface Signer {

  /**
   * The value of {@code webhook-signature}: a signature by each secret.
   *
   * @param secrets {@code whsec_} and base64 each
   */
  String sign(List<String> secrets, String id, Instant timestamp, byte[] body);
}
