package com.jadariselabs.video;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.configuration.ConfigurationSourceProvider;
import io.dropwizard.configuration.ConfigurationValidationException;
import io.dropwizard.configuration.YamlConfigurationFactory;
import io.dropwizard.core.Configuration;
import io.dropwizard.jackson.Jackson;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code config.yml}; what is wrong in it becomes one sentence that names the setting. */
final class SettingsFactory<T extends Configuration> extends YamlConfigurationFactory<T> {
  private static final Pattern VARIABLE = Pattern.compile("^[A-Z]+(_[A-Z]+)+[ :]");
  private static final Pattern FIRST_WORD = Pattern.compile("^([A-Za-z]+)[ :]");

  private final SettingNames names;

  /** A factory that names settings by the variables that the file as written reads them from. */
  SettingsFactory(Class<T> type, Validator validator, String prefix, SettingNames names) {
    // A mapper of its own: environment variables are text, while the API takes "5" for no number.
    super(
        type,
        validator,
        Jackson.newObjectMapper().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES),
        prefix);
    this.names = names;
  }

  @Override
  public T build(ConfigurationSourceProvider provider, String path)
      throws IOException, ConfigurationException {
    names.read(path);
    try {
      return super.build(provider, path);
    } catch (FileNotFoundException | NoSuchFileException e) {
      throw new SettingException(path + ": there is no such file", e);
    } catch (ConfigurationValidationException e) {
      throw new SettingException(violation(e), e);
    } catch (ConfigurationException e) {
      throw new SettingException(sentence(path, e), e);
    }
  }

  @Override
  protected T build(JsonNode node, String path) throws IOException, ConfigurationException {
    if (!node.isObject()) {
      throw new SettingException(path + ": is not a YAML mapping", null);
    }
    return super.build(node, path);
  }

  private String violation(ConfigurationValidationException e) {
    ConstraintViolation<?> first = e.getConstraintViolations().iterator().next();
    return names.of(first.getPropertyPath().toString()) + ": " + first.getMessage();
  }

  private String sentence(String path, ConfigurationException e) {
    if (e.getCause() instanceof UnrecognizedPropertyException unknown) {
      return path + ": there is no setting " + dotted(unknown.getPath());
    }
    if (e.getCause() instanceof JsonMappingException wrong) {
      return mapping(wrong);
    }
    String reason = e.getCause() instanceof JsonProcessingException p ? p.getOriginalMessage() : "";
    return path + ": is not valid YAML (" + reason.lines().findFirst().orElse("") + ")";
  }

  private String mapping(JsonMappingException wrong) {
    String path = dotted(wrong.getPath());
    if (wrong instanceof InvalidFormatException format) {
      return names.of(path) + ": '" + format.getValue() + "' is not " + expected(format);
    }
    if (wrong instanceof ValueInstantiationException refused && refused.getCause() != null) {
      String message = String.valueOf(refused.getCause().getMessage());
      if (VARIABLE.matcher(message).find()) {
        return message;
      }
      Matcher word = FIRST_WORD.matcher(message);
      Optional<String> field =
          word.find()
              ? names.known(path.isEmpty() ? word.group(1) : path + "." + word.group(1))
              : Optional.empty();
      return field
          .map(name -> name + ": " + message.substring(word.end(1)).replaceFirst("^[: ]+", ""))
          .orElse(names.of(path) + ": " + message);
    }
    if (wrong instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
      return names.of(path) + ": is not " + expected(mismatch);
    }
    String reason = String.valueOf(wrong.getOriginalMessage());
    return names.of(path) + ": " + reason.lines().findFirst().orElse("is wrong");
  }

  private static String expected(MismatchedInputException e) {
    Class<?> type = e.getTargetType();
    if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
      return "a whole number";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type == double.class || type == Double.class) {
      return "a number";
    }
    return type.isEnum()
        ? "one of " + List.of(type.getEnumConstants())
        : "a " + type.getSimpleName();
  }

  private static String dotted(List<JsonMappingException.Reference> path) {
    StringBuilder dotted = new StringBuilder();
    for (JsonMappingException.Reference reference : path) {
      if (reference.getFieldName() == null) {
        dotted.append('[').append(reference.getIndex()).append(']');
      } else {
        dotted.append(dotted.isEmpty() ? "" : ".").append(reference.getFieldName());
      }
    }
    return dotted.toString();
  }
}
