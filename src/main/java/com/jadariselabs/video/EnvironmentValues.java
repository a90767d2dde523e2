package com.jadariselabs.video;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.commons.text.StringSubstitutor;
import org.jspecify.annotations.Nullable;

/**
 * Puts environment variables into {@code config.yml}: an empty one counts as unset, and whatever a
 * password holds ({@code #}, {@code : }, quotes, line ends) stays one YAML value, because anything
 * that is more than a plain word or number is put in as a quoted string.
 */
final class EnvironmentValues {
  private static final Pattern PLAIN = Pattern.compile("0|-?[1-9][0-9]{0,17}|true|false");

  private final Function<String, @Nullable String> environment;

  EnvironmentValues(Function<String, @Nullable String> environment) {
    this.environment = environment;
  }

  /** For {@code ${NAME:-default}}; values are not searched for further variables. */
  StringSubstitutor substitutor() {
    return new StringSubstitutor(this::value).setDisableSubstitutionInValues(true);
  }

  private @Nullable String value(String name) {
    String value = environment.apply(name);
    if (value == null || value.isBlank()) {
      return null;
    }
    return PLAIN.matcher(value).matches()
        ? value
        : '"' + new String(JsonStringEncoder.getInstance().quoteAsString(value)) + '"';
  }
}
