package com.jadariselabs.video.storage.s3;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import com.jadariselabs.video.storage.Kind;
import com.jadariselabs.video.storage.SignedUrls;
import com.jadariselabs.video.storage.Storage;
import com.jadariselabs.video.storage.StorageKey;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * Keeps files in a bucket. A PUT is whole or nothing, and repeating one writes the same bytes under
 * the same name: the fence in it keeps two workers apart. Thread-safe; the methods block.
 */
public final class S3Storage implements Storage, AutoCloseable {
  private static final String FOR_A_YEAR = "public, max-age=31536000, immutable";

  private final S3Client client;
  private final S3Presigner presigner;
  private final String bucket;
  private final @Nullable String links;
  private final SignedUrls signed;

  /**
   * How long the service is waited for.
   *
   * @param read for the next byte
   * @param call for a whole request with its repetitions
   */
  record Patience(Duration connect, Duration read, Duration attempt, Duration call) {
    static Patience standard() {
      return new Patience(
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofMinutes(5),
          Duration.ofMinutes(15));
    }
  }

  /**
   * A bucket of this service.
   *
   * @param settings with a bucket
   * @param links where anybody may read the files; null: URLs are signed
   */
  public S3Storage(S3Settings settings, @Nullable String links, Clock clock) {
    this(settings, links, clock, Patience.standard());
  }

  S3Storage(S3Settings settings, @Nullable String links, Clock clock, Patience patience) {
    StaticCredentialsProvider credentials =
        StaticCredentialsProvider.create(
            AwsBasicCredentials.create(
                String.valueOf(settings.accessKeyId()),
                String.valueOf(settings.secretAccessKey())));
    Region region = Region.of(String.valueOf(settings.region()));
    // Without chunked encoding and trailers: services other than Amazon's often know neither.
    S3Configuration plain =
        S3Configuration.builder()
            .pathStyleAccessEnabled(settings.bucketInPath())
            .chunkedEncodingEnabled(false)
            .build();
    S3ClientBuilder builder =
        S3Client.builder()
            .region(region)
            .credentialsProvider(credentials)
            .serviceConfiguration(plain)
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .overrideConfiguration(timeouts(patience))
            .httpClientBuilder(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(patience.connect())
                    .socketTimeout(patience.read()));
    S3Presigner.Builder signing =
        S3Presigner.builder()
            .region(region)
            .credentialsProvider(credentials)
            .serviceConfiguration(plain);
    if (settings.endpoint() != null) {
      builder.endpointOverride(URI.create(settings.endpoint()));
      signing.endpointOverride(URI.create(settings.endpoint()));
    }
    this.client = builder.build();
    this.presigner = signing.build();
    this.bucket = String.valueOf(settings.bucket());
    this.links = links == null ? null : links.replaceAll("/+$", "");
    this.signed = new SignedUrls(Duration.ZERO, clock);
  }

  /** Nothing is read from the machine's own profile files: the settings alone decide. */
  private static ClientOverrideConfiguration timeouts(Patience patience) {
    return ClientOverrideConfiguration.builder()
        .apiCallAttemptTimeout(patience.attempt())
        .apiCallTimeout(patience.call())
        .defaultProfileFile(ProfileFile.aggregator().build())
        .build();
  }

  @Override
  public String store(String generationId, String fence, Kind kind, Path file) throws IOException {
    StorageKey key = StorageKey.of(generationId, fence, kind, file);
    String md5 = Base64.getEncoder().encodeToString(md5(file));
    return asked(
        "upload",
        () -> {
          client.putObject(
              put ->
                  put.bucket(bucket)
                      .key(key.toString())
                      .contentType(key.contentType())
                      .cacheControl(FOR_A_YEAR)
                      .contentMD5(md5),
              RequestBody.fromFile(file));
          return key.toString();
        });
  }

  @SuppressWarnings("deprecation") // What S3 wants; against damage on the way, not against fraud.
  private static byte[] md5(Path file) throws IOException {
    return MoreFiles.asByteSource(file).hash(Hashing.md5()).asBytes();
  }

  @Override
  public void delete(String key) throws IOException {
    signed.forget(key);
    asked("delete", () -> client.deleteObject(delete -> delete.bucket(bucket).key(key)));
  }

  @Override
  public String url(String key, String generationId, Kind kind) throws IOException {
    return links != null ? links + "/" + key : signed.of(key, this::sign);
  }

  /** Made here: the service is not asked. */
  private String sign(String key) throws IOException {
    return asked(
        "sign",
        () ->
            presigner
                .presignGetObject(
                    presign ->
                        presign
                            .signatureDuration(SignedUrls.LIFE)
                            .getObjectRequest(get -> get.bucket(bucket).key(key)))
                .url()
                .toString());
  }

  @Override
  public void olderThan(Instant before, Consumer<String> keys) throws IOException {
    asked(
        "list",
        () -> {
          client
              .listObjectsV2Paginator(list -> list.bucket(bucket).prefix("gen_"))
              .contents()
              .stream()
              .filter(found -> found.lastModified().isBefore(before))
              .map(S3Object::key)
              .filter(key -> StorageKey.parse(key).isPresent())
              .forEach(keys);
          return bucket;
        });
  }

  private interface Call<T> {
    T make();
  }

  /** Messages of the client may hold addresses: they are not told. */
  private static <T> T asked(String operation, Call<T> call) throws IOException {
    try {
      return call.make();
    } catch (AwsServiceException e) {
      throw new IOException(operation + ": answered " + e.statusCode());
    } catch (SdkException e) {
      throw new IOException(operation + ": no answer (" + e.getClass().getSimpleName() + ")");
    }
  }

  @Override
  public void close() {
    presigner.close();
    client.close();
  }
}
