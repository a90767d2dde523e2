package com.jadariselabs.video;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.dropwizard.configuration.ConfigurationSourceProvider;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which environment variable a setting of the file is read from, so that a complaint names what its
 * reader has set.
 */
final class SettingNames {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z0-9_]+)(:-[^}]*)?}");

  private final ConfigurationSourceProvider files;
  private final Map<String, String> variables = new HashMap<>();

  /** Names by the files as they are written, before anything is put into them. */
  SettingNames(ConfigurationSourceProvider files) {
    this.files = files;
  }

  /** Reads the file; one that cannot be read leaves settings with their paths for names. */
  void read(String path) {
    try (InputStream in = files.open(path)) {
      collect("", new YAMLMapper().readTree(in));
    } catch (IOException e) {
      variables.clear();
    }
  }

  /** The variable and the path in the file, or the path alone. */
  String of(String path) {
    return known(path).orElse(path);
  }

  /** The variable, if the setting is there and read from one. */
  Optional<String> known(String path) {
    return Optional.ofNullable(variables.get(path)).map(name -> name + " (" + path + ")");
  }

  private void collect(String path, JsonNode node) {
    if (node.isTextual()) {
      Matcher variable = VARIABLE.matcher(node.textValue());
      if (variable.find()) {
        variables.put(path, variable.group(1));
      }
    }
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        collect(path + "[" + i + "]", node.get(i));
      }
    }
    node.properties()
        .forEach(
            field ->
                collect(
                    path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                    field.getValue()));
  }
}
