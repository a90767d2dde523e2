package com.jadariselabs.video.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.jadariselabs.video.catalog.Catalog;
import com.jadariselabs.video.catalog.CatalogSettings;
import io.dropwizard.jackson.Jackson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The catalogue that the service is shipped with, and catalogues written in a test. */
public final class Catalogs {
  private static final ObjectMapper YAML =
      Jackson.newObjectMapper(new YAMLFactory())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private Catalogs() {}

  /** The catalogue of the checkout's configuration. */
  public static Catalog shipped() {
    for (String file : List.of("config.yml", "catalog-fragment.yml")) {
      try {
        Path path = Path.of(file);
        if (Files.exists(path) && YAML.readTree(path.toFile()).hasNonNull("catalog")) {
          JsonNode node = YAML.readTree(path.toFile()).get("catalog");
          return new Catalog(YAML.treeToValue(node, CatalogSettings.class));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    throw new IllegalStateException("The configuration has no catalogue.");
  }

  /** Settings written as YAML. */
  public static CatalogSettings settings(String yaml) {
    try {
      return YAML.readValue(yaml, CatalogSettings.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
