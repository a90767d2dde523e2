package com.jadariselabs.video.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.jadariselabs.video.testing.Client;
import com.jadariselabs.video.testing.Instance;
import com.jadariselabs.video.testing.Ledgers;
import com.jadariselabs.video.testing.Neighbour;
import com.jadariselabs.video.testing.OwnPostgres;
import com.jadariselabs.video.testing.S3Server;
import com.jadariselabs.video.testing.Servers;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The journey with only settings changed: PostgreSQL behind PgBouncer in transaction mode, a Redis
 * that asks for a password and speaks TLS with a certificate of its own authority, media in S3.
 */
@Tag("chaos")
class ElsewhereIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;

  @Test
  void a_generation_goes_all_the_way_through_servers_of_other_people() throws Exception {
    Path s3Files = Files.createDirectories(directory.resolve("s3").resolve("files"));
    try (S3Server s3 = S3Server.start(s3Files, "videos");
        Neighbour redis = Neighbour.redisWithTls(directory.resolve("redis"), "hush-canary");
        OwnPostgres postgres = new OwnPostgres(directory.resolve("postgres"));
        Neighbour bouncer = Neighbour.pgBouncer(directory.resolve("bouncer"), postgres.url());
        Instance instance =
            Instance.of(settings())
                .with(
                    "DATABASE_URL",
                    "jdbc:postgresql://127.0.0.1:" + bouncer.port() + "/video?user=postgres")
                .with("REDIS_HOST", "127.0.0.1")
                .with("REDIS_PORT", redis.port())
                .with("REDIS_PASSWORD", "hush-canary")
                .with("REDIS_TLS", true)
                .with("REDIS_CA", redis.directory().resolve("ca.pem"))
                .with("S3_ENDPOINT", s3.endpoint())
                .with("S3_BUCKET", "videos")
                .with("S3_ACCESS_KEY_ID", S3Server.ACCESS_KEY)
                .with("S3_SECRET_ACCESS_KEY", S3Server.SECRET_KEY)
                .start()) {
      Client ada = instance.user("ada", "pro");
      JsonNode done = ada.awaitEnd(ada.submit("A canary-lion", 1).generationId(), PATIENCE);
      assertThat(done.path("status").asText()).isEqualTo("completed");
      assertThat(done.path("attempts").asInt()).isEqualTo(1);
      String url = done.path("result_url").asText();
      assertThat(url).startsWith(s3.endpoint() + "/videos/gen_").contains("X-Amz-Signature=");
      assertThat(fetch(url).statusCode()).isEqualTo(200);

      String id = done.path("id").asText();
      assertThat(ada.delete("/api/generate/video?generation_id=" + id + "&purge=true").status())
          .isEqualTo(200);
      assertThat(ada.get("/api/generate/video?generation_id=" + id).status()).isEqualTo(404);
      org.awaitility.Awaitility.await()
          .atMost(PATIENCE)
          .until(() -> fetch(url).statusCode() == 404);
      Ledgers.assertSound(Servers.jdbi(postgres.url()));
      assertThat(instance.log()).noneMatch(line -> line.contains("canary"));
    }
  }

  private Map<String, String> settings() {
    return Instance.settings(directory.resolve("data"));
  }

  private static HttpResponse<Void> fetch(String url) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(url)).build(),
            HttpResponse.BodyHandlers.discarding());
  }
}
