package com.jadariselabs.video.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Replicate's HTTP API, as much of it as video needs, mapped to {@code /sandbox/v1/*}. Any bearer
 * is taken. Outputs need none: their URLs cannot be guessed.
 */
public final class SandboxServlet extends HttpServlet {
  private static final int MOST_BODY = 1 << 20;
  private static final Refusal NO_TOKEN =
      Refusal.of(401, "Unauthenticated", "You did not pass an authentication token");
  private static final Refusal BUSY =
      Refusal.of(429, "Too many requests", "Too many predictions are unfinished, wait ~10s");

  private final transient Sandbox sandbox;
  private final transient ObjectMapper json =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private final transient OutputResponse outputs = new OutputResponse();

  /** Serves this sandbox. */
  public SandboxServlet(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String path = request.getPathInfo() == null ? "" : request.getPathInfo();
    List<String> parts = List.of(path.replaceAll("^/|/$", "").split("/", -1));
    String method = request.getMethod();
    if (parts.size() == 3 && parts.get(0).equals("files")) {
      file(request, response, parts.get(1));
      return;
    }
    String bearer = request.getHeader("Authorization");
    if (bearer == null || !bearer.matches("(?i)(bearer|token) +\\S+")) {
      refuse(response, NO_TOKEN);
    } else if (method.equals("GET")) {
      get(request, response, parts);
    } else if (method.equals("POST")) {
      post(request, response, parts);
    } else {
      refuse(response, Refusal.of(405, "Method not allowed", "Method " + method + " not allowed."));
    }
  }

  private void get(HttpServletRequest request, HttpServletResponse response, List<String> parts)
      throws IOException {
    switch (parts.get(0) + "/" + parts.size()) {
      case "account/1" -> write(response, 200, Catalogue.account());
      case "webhooks/3" -> write(response, 200, Map.of("key", sandbox.webhookSecret()));
      case "models/3" ->
          write(response, 200, Catalogue.model(base(request), parts.get(1), parts.get(2)));
      case "predictions/1" -> list(request, response);
      case "predictions/2" -> write(request, response, sandbox.find(parts.get(1)));
      default -> refuse(response, Refusal.notFound());
    }
  }

  private void post(HttpServletRequest request, HttpServletResponse response, List<String> parts)
      throws IOException {
    if (parts.equals(List.of("predictions"))) {
      create(request, response, null);
    } else if (parts.size() == 4
        && parts.get(0).equals("models")
        && parts.get(3).equals("predictions")) {
      create(request, response, parts.get(1) + "/" + parts.get(2));
    } else if (parts.size() == 3
        && parts.get(0).equals("predictions")
        && parts.get(2).equals("cancel")) {
      write(request, response, sandbox.cancel(parts.get(1)));
    } else {
      refuse(response, Refusal.notFound());
    }
  }

  private void create(
      HttpServletRequest request, HttpServletResponse response, @Nullable String model)
      throws IOException {
    byte[] bytes = request.getInputStream().readNBytes(MOST_BODY + 1);
    if (bytes.length > MOST_BODY) {
      refuse(response, Refusal.of(413, "Payload too large", "The body is larger than 1 MiB."));
      return;
    }
    JsonNode body = parse(bytes);
    if (body == null || !body.isObject()) {
      refuse(response, Refusal.of(400, "Bad request", "The body is not a JSON object."));
      return;
    }
    Order order = Order.read(body, model, request.getHeader("Cancel-After"));
    if (order instanceof Order.Refused refused) {
      refuse(response, refused.refusal());
    } else if (order instanceof Order.Placed placed) {
      Optional<Prediction> created = sandbox.create(placed, base(request));
      if (created.isPresent()) {
        // As it was created: a client that reads anything but "starting" here waits no longer.
        write(response, 201, PredictionJson.of(created.get(), "", base(request)));
      } else {
        response.setHeader("Retry-After", "10");
        refuse(response, BUSY);
      }
    }
  }

  private void list(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Optional<Page> page = Page.of(sandbox.newestFirst(), request::getParameter);
    if (page.isEmpty()) {
      refuse(response, Refusal.of(422, "Invalid parameters", "A time or the cursor is invalid."));
      return;
    }
    String base = base(request);
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("previous", page.get().previous(base + "/predictions"));
    body.put("next", page.get().next(base + "/predictions"));
    body.put(
        "results",
        page.get().predictions().stream()
            .map(p -> PredictionJson.of(p, sandbox.logs(p), base))
            .toList());
    write(response, 200, body);
  }

  private void file(HttpServletRequest request, HttpServletResponse response, String token)
      throws IOException {
    boolean reads = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
    Optional<Prediction> prediction = reads ? sandbox.withOutput(token) : Optional.empty();
    if (prediction.isEmpty() || prediction.get().marker() == Marker.GONE) {
      refuse(response, Refusal.notFound());
    } else {
      outputs.send(request, response, prediction.get(), sandbox.outputs());
    }
  }

  private @Nullable JsonNode parse(byte[] bytes) throws IOException {
    try {
      return json.readTree(bytes);
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private void write(
      HttpServletRequest request, HttpServletResponse response, Optional<Prediction> prediction)
      throws IOException {
    if (prediction.isEmpty()) {
      refuse(response, Refusal.notFound());
    } else {
      Prediction found = prediction.get();
      write(response, 200, PredictionJson.of(found, sandbox.logs(found), base(request)));
    }
  }

  private void refuse(HttpServletResponse response, Refusal refusal) throws IOException {
    response.setContentType("application/problem+json");
    write(response, refusal.status(), refusal.body());
  }

  private void write(HttpServletResponse response, int status, Object body) throws IOException {
    byte[] bytes = json.writeValueAsBytes(body);
    response.setStatus(status);
    if (response.getContentType() == null) {
      response.setContentType("application/json");
    }
    response.setContentLength(bytes.length);
    response.getOutputStream().write(bytes);
  }

  /** URLs lead back to where the caller found us. */
  private static String base(HttpServletRequest request) {
    StringBuffer url = request.getRequestURL();
    int path = request.getRequestURI().length();
    return url.substring(0, url.length() - path)
        + request.getContextPath()
        + request.getServletPath();
  }
}
