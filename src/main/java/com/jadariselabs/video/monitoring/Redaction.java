package com.jadariselabs.video.monitoring;

import java.util.regex.Pattern;

/**
 * Blots out what looks like a token, a key or a signature. The last line of defence: nothing should
 * log one in the first place. Thread-safe.
 */
final class Redaction {
  private static final Pattern SECRET =
      Pattern.compile(
          "(?i)(bearer[ .]+)[a-z0-9._~+/=-]{8,}" // Authorization, and the sub-protocol's pair
              + "|()eyJ[a-z0-9_-]{8,}\\.[a-z0-9_-]+\\.[a-z0-9_-]*" // a JWT
              + "|((?:sig|signature|ticket|token|apikey|api_key|password|secret)=)[^&\\s\"',;]+"
              + "|()(?:whsec_|sb_secret_|r8_|vk_live_[a-z0-9]{12}_)[a-z0-9+/=_-]{8,}"
              + "|(://[^/\\s:@]*:)[^/\\s@]+(?=@)"); // a URL's password

  /** The text without secrets. */
  String of(String text) {
    return SECRET.matcher(text).replaceAll("$1$2$3$4$5[redacted]");
  }
}
