package com.jadariselabs.video.sandbox;

import java.util.LinkedHashMap;
import java.util.Map;

/** What the sandbox says about itself and about models, all of which it pretends to have. */
final class Catalogue {
  private Catalogue() {}

  static Map<String, Object> account() {
    return Map.of("type", "user", "username", "sandbox", "name", "Built-in sandbox");
  }

  static Map<String, Object> model(String base, String owner, String name) {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("prompt", Map.of("type", "string", "title", "Prompt"));
    properties.put(
        "duration", Map.of("type", "number", "default", 5, "minimum", 0.1, "maximum", 60));
    properties.put("aspect_ratio", Map.of("type", "string", "default", "16:9"));
    properties.put("seed", Map.of("type", "integer", "nullable", true));
    Map<String, Object> input = new LinkedHashMap<>();
    input.put("type", "object");
    input.put("title", "Input");
    input.put("required", new String[] {"prompt"});
    input.put("properties", properties);
    Map<String, Object> version = new LinkedHashMap<>();
    version.put("id", "hidden");
    version.put("created_at", "2026-01-01T00:00:00.000Z");
    version.put("cog_version", "0.0.0");
    version.put(
        "openapi_schema",
        Map.of("openapi", "3.0.2", "components", Map.of("schemas", Map.of("Input", input))));
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("url", base + "/models/" + owner + "/" + name);
    model.put("owner", owner);
    model.put("name", name);
    model.put("description", "A stand-in that renders a landscape with the prompt as its title.");
    model.put("visibility", "public");
    model.put("is_official", true);
    model.put("run_count", 0);
    model.put("cover_image_url", null);
    model.put("default_example", null);
    model.put("latest_version", version);
    return model;
  }
}
