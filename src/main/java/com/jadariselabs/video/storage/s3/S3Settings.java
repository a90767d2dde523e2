package com.jadariselabs.video.storage.s3;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A bucket. Blank strings count as absent.
 *
 * @param endpoint the service's address; null: Amazon's own in that region
 * @param region {@code us-east-1} by default, which services without regions take
 * @param bucket null: there is none
 * @param accessKeyId who asks
 * @param secretAccessKey what requests are signed with; never leaves this process
 * @param pathStyle whether the bucket is in the path, not in the host's name; null: in the path
 *     where an endpoint is set
 * @param publicUrl where anybody may read the bucket's files; null: URLs are signed
 */
public record S3Settings(
    @Nullable String endpoint,
    @Nullable String region,
    @Nullable String bucket,
    @Nullable String accessKeyId,
    @Nullable String secretAccessKey,
    @Nullable Boolean pathStyle,
    @Nullable String publicUrl) {

  /**
   * Checks that a bucket can be reached.
   *
   * @throws IllegalArgumentException with one sentence about what is wrong
   */
  public S3Settings {
    endpoint = address("S3_ENDPOINT", present(endpoint));
    region = present(region);
    region = region == null ? "us-east-1" : region;
    bucket = present(bucket);
    accessKeyId = present(accessKeyId);
    secretAccessKey = present(secretAccessKey);
    publicUrl = address("S3_PUBLIC_URL", present(publicUrl));
    if (!region.matches("[a-z0-9-]{1,40}")) {
      throw new IllegalArgumentException("S3_REGION must be a region's name like eu-central-1");
    }
    if (bucket != null) {
      if (!bucket.matches("[A-Za-z0-9][A-Za-z0-9._-]{2,62}")) {
        throw new IllegalArgumentException(
            "S3_BUCKET must be 3 to 63 letters, digits, dots, dashes and underscores");
      }
      if (accessKeyId == null || secretAccessKey == null) {
        throw new IllegalArgumentException(
            "S3_BUCKET is set, but S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY do not open it");
      }
    }
  }

  /** Whether media are kept there. */
  public boolean keepsMedia() {
    return bucket != null;
  }

  boolean bucketInPath() {
    return pathStyle == null ? endpoint != null : pathStyle;
  }

  /** The origin that signed URLs lead to. */
  public String origin() {
    URI uri = URI.create(endpoint == null ? "https://s3." + region + ".amazonaws.com" : endpoint);
    String host = (bucketInPath() ? "" : bucket + ".") + uri.getRawAuthority();
    return uri.getScheme() + "://" + host;
  }

  /** Tells what is set, and no key. */
  @Override
  public String toString() {
    return "S3Settings[endpoint=" + endpoint + ", bucket=" + bucket + "]";
  }

  private static @Nullable String present(@Nullable String value) {
    return value == null || value.isBlank() ? null : value.strip();
  }

  private static @Nullable String address(String name, @Nullable String url) {
    if (url != null && !url.matches("https?://[^/?#@\\s;,]+(/[^?#\\s]*)?")) {
      throw new IllegalArgumentException(name + " must be http(s)://host, with a path or none");
    }
    return url == null ? null : url.replaceAll("/+$", "");
  }
}
