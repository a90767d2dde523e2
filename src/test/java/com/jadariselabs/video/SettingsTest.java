package com.jadariselabs.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dropwizard.configuration.ConfigurationSourceProvider;
import io.dropwizard.configuration.FileConfigurationSourceProvider;
import io.dropwizard.configuration.SubstitutingSourceProvider;
import io.dropwizard.jersey.validation.Validators;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  @TempDir Path directory;

  @Test
  void nothing_set_is_local_mode_with_everything_embedded() throws Exception {
    VideoConfiguration configuration = read("config.yml", Map.of());
    assertThat(configuration.tokens().local()).isTrue();
    assertThat(configuration.database().url()).isNull();
    assertThat(configuration.redis().host()).isNull();
    assertThat(configuration.service().appUrl()).isEqualTo("http://localhost:8080");
  }

  @Test
  void the_address_follows_the_port_and_loopback_is_one_origin_by_all_its_names() throws Exception {
    ServiceSettings own = read("config.yml", Map.of("PORT", "9000")).service();
    assertThat(own.appUrl()).isEqualTo("http://localhost:9000");
    assertThat(own.origins())
        .containsExactly("http://localhost:9000", "http://127.0.0.1:9000", "http://[::1]:9000");
    ServiceSettings shown =
        read(
                "config.yml",
                Map.of("APP_URL", "https://Video.example:443/", "CORS_ORIGINS", "https://A.b/, "))
            .service();
    assertThat(shown.origins()).containsExactly("https://video.example", "https://a.b");
  }

  @Test
  void an_empty_variable_counts_as_unset() throws Exception {
    VideoConfiguration configuration =
        read("config.yml", Map.of("REDIS_PORT", "", "DATABASE_URL", " ", "JWT_SECRET", ""));
    assertThat(configuration.redis().port()).isEqualTo(6379);
    assertThat(configuration.database().url()).isNull();
    assertThat(configuration.tokens().local()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "a: b # c",
        "it's",
        "\"quoted\"",
        "${HOME}",
        "null",
        "~",
        "yes",
        "0123",
        "[1]",
        "{a: b}",
        "&x",
        "*x",
        "!tag",
        "@a",
        "`b`",
        "%c",
        "back\\slash",
        "é€😀",
        "1e5",
        "- a",
        "key:",
      })
  void a_password_arrives_as_it_was_written(String password) throws Exception {
    VideoConfiguration configuration =
        read("config.yml", Map.of("REDIS_PASSWORD", password, "REDIS_HOST", "redis"));
    assertThat(configuration.redis().password()).isEqualTo(password);
  }

  @Test
  void a_value_of_several_lines_stays_one_value() throws Exception {
    String password = "one\ntwo: three\n";
    assertThat(read("config.yml", Map.of("REDIS_PASSWORD", password)).redis().password())
        .isEqualTo(password);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "REDIS_PORT | many | REDIS_PORT (redis.port): 'many' is not a whole number",
        "REDIS_PORT | 0 | REDIS_PORT (redis.port): must be from 1 to 65535, not 0",
        "REDIS_PORT | 70000 | REDIS_PORT (redis.port): must be from 1 to 65535, not 70000",
        "REDIS_TLS | maybe | REDIS_TLS (redis.tls): 'maybe' is not true or false",
        "REDIS_CA | config.yml | REDIS_CA (redis.ca): must be a file of PEM certificates",
        "MEDIA_RETENTION_DAYS | 0 | MEDIA_RETENTION_DAYS (retention.mediaDays): must be from 1 to"
            + " 36500, not 0",
        "PORT | eighty | PORT (service.port): 'eighty' is not a whole number",
        "PORT | 99999 | PORT (server.applicationConnectors[0].port): must be between 1 and 65535",
        "ADMIN_PORT | -1 | ADMIN_PORT (server.adminConnectors[0].port): must be between 1 and"
            + " 65535",
        "LOCAL_MODE | perhaps | LOCAL_MODE (tokens.localMode): 'perhaps' is not true or false",
        "APP_URL | localhost | APP_URL (service.appUrl): must be http(s)://host[:port] without a"
            + " path",
        "APP_URL | ftp://x | APP_URL (service.appUrl): must be http(s)://host[:port] without a"
            + " path",
        "APP_URL | http://x/y | APP_URL (service.appUrl): must be http(s)://host[:port] without a"
            + " path",
        "CORS_ORIGINS | a,b | CORS_ORIGINS (service.corsOrigins): must be http(s)://host[:port]"
            + " without a path",
        "INSTANCE_ID | a b | INSTANCE_ID (service.instanceId): must be 1 to 100 letters, digits,"
            + " dots, dashes and underscores",
        "DATABASE_URL | postgres://h/d | DATABASE_URL (database.url): must be a JDBC URL like"
            + " jdbc:postgresql://host:5432/name",
        "DATABASE_POOL_SIZE | 0 | DATABASE_POOL_SIZE (database.poolSize): must be from 1 to 500,"
            + " not 0",
        "DATABASE_POOL_SIZE | 1.5 | DATABASE_POOL_SIZE (database.poolSize): '1.5' is not a whole"
            + " number",
      })
  void a_wrong_setting_is_one_sentence_that_names_it(String name, String value, String sentence) {
    assertThatThrownBy(() -> read("config.yml", Map.of(name, value)))
        .isInstanceOf(SettingException.class)
        .hasMessage(sentence);
  }

  @Test
  void the_keys_of_a_project_are_not_mixed_up() {
    String anon = "e30." + base64("{\"role\":\"anon\"}") + ".x";
    String service = "e30." + base64("{\"role\":\"service_role\"}") + ".x";
    for (String secret : List.of("sb_secret_x", service)) {
      assertThatThrownBy(() -> read("config.yml", Map.of("SUPABASE_ANON_KEY", secret)))
          .hasMessage("SUPABASE_ANON_KEY is a secret key, and every page would show it");
    }
    for (String open : List.of("sb_publishable_x", anon)) {
      assertThatThrownBy(() -> read("config.yml", Map.of("SUPABASE_SERVICE_ROLE_KEY", open)))
          .hasMessageStartingWith("SUPABASE_SERVICE_ROLE_KEY is a publishable key");
    }
    assertThatThrownBy(() -> read("config.yml", Map.of("SUPABASE_STORAGE_BUCKET", "videos")))
        .hasMessageContaining("no SUPABASE_URL");
    Map<String, String> keyless =
        Map.of("SUPABASE_STORAGE_BUCKET", "videos", "SUPABASE_URL", "https://x.supabase.co");
    assertThatThrownBy(() -> read("config.yml", keyless))
        .hasMessageContaining("no SUPABASE_SERVICE_ROLE_KEY");
    assertThatThrownBy(() -> read("config.yml", Map.of("CDN_BASE_URL", "cdn.example.com")))
        .hasMessage("CDN_BASE_URL (media.cdnBaseUrl): must be http(s)://host, with a path or none");
  }

  @Test
  void media_go_where_a_bucket_is_named_or_where_they_are_sent() throws Exception {
    Map<String, String> all = new HashMap<>();
    assertThat(new MediaPlaces(read("config.yml", all)).chosen()).isEqualTo("local");
    all.put("SUPABASE_URL", "https://x.supabase.co");
    all.put("SUPABASE_SERVICE_ROLE_KEY", "sb_secret_x");
    all.put("SUPABASE_STORAGE_BUCKET", "videos");
    assertThat(new MediaPlaces(read("config.yml", all)).chosen()).isEqualTo("supabase");
    all.put("S3_BUCKET", "videos");
    assertThatThrownBy(() -> read("config.yml", all)).hasMessageContaining("S3_ACCESS_KEY_ID");
    all.put("S3_ACCESS_KEY_ID", "id");
    all.put("S3_SECRET_ACCESS_KEY", "canary");
    MediaPlaces places = new MediaPlaces(read("config.yml", all));
    assertThat(places.chosen()).isEqualTo("s3");
    assertThat(places.mediaOrigins())
        .containsExactly("https://x.supabase.co", "https://videos.s3.us-east-1.amazonaws.com");
    assertThat(places.toString()).doesNotContain("canary");
    all.put("MEDIA_STORAGE", "supabase");
    assertThat(new MediaPlaces(read("config.yml", all)).chosen()).isEqualTo("supabase");
    assertThatThrownBy(
            () -> new MediaPlaces(read("config.yml", Map.of("MEDIA_STORAGE", "s3"))).chosen())
        .hasMessage("MEDIA_STORAGE is s3, but S3_BUCKET names no bucket");
    assertThatThrownBy(() -> read("config.yml", Map.of("MEDIA_STORAGE", "tape")))
        .hasMessage("MEDIA_STORAGE (media.storage): must be local, supabase or s3");
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void an_unknown_setting_is_named() throws Exception {
    Path file = edited("redis:\n", "redis:\n  hots: x\n");
    assertThatThrownBy(() -> read(file.toString(), Map.of()))
        .hasMessage(file + ": there is no setting redis.hots");
  }

  @Test
  void an_unknown_section_is_named() throws Exception {
    Path file = edited("redis:\n", "reddis: {}\nredis:\n");
    assertThatThrownBy(() -> read(file.toString(), Map.of()))
        .hasMessage(file + ": there is no setting reddis");
  }

  @Test
  void a_missing_file_is_named() {
    assertThatThrownBy(() -> read("nowhere.yml", Map.of()))
        .hasMessageContaining("nowhere.yml")
        .isInstanceOf(SettingException.class);
  }

  @Test
  void what_is_not_yaml_is_said_in_one_line() throws Exception {
    for (String content : new String[] {"a: [", "just text", "", "a: b: c", "\t- x"}) {
      Path file = Files.writeString(directory.resolve("broken.yml"), content);
      assertThatThrownBy(() -> read(file.toString(), Map.of()))
          .satisfies(
              e -> assertThat(StartFailure.sentence(e)).contains("broken.yml").hasLineCount(1));
    }
  }

  @Test
  void each_variable_is_explained_in_the_line_above_or_with_its_neighbour() throws Exception {
    String text = Files.readString(Path.of("config.yml"));
    Matcher variable = Pattern.compile("\\$\\{([A-Z_]+)(:-|})").matcher(text);
    Stream.Builder<String> unexplained = Stream.builder();
    while (variable.find()) {
      if (!variable.group(1).equals("NAME")
          && !Pattern.compile("#[^\\n]*\\b" + variable.group(1) + "\\b").matcher(text).find()) {
        unexplained.add(variable.group(1));
      }
    }
    assertThat(unexplained.build()).isEmpty();
  }

  private Path edited(String before, String after) throws Exception {
    String text = Files.readString(Path.of("config.yml"));
    assertThat(text).contains(before);
    return Files.writeString(directory.resolve("edited.yml"), text.replace(before, after));
  }

  private static VideoConfiguration read(String path, Map<String, String> environment)
      throws Exception {
    ConfigurationSourceProvider files = new FileConfigurationSourceProvider();
    return new SettingsFactory<>(
            VideoConfiguration.class,
            Validators.newValidator(),
            "dw-settings-test",
            new SettingNames(files))
        .build(
            new SubstitutingSourceProvider(
                files, new EnvironmentValues(environment::get).substitutor()),
            path);
  }
}
