package com.jadariselabs.video.command;

import ch.qos.logback.classic.Logger;
import com.jadariselabs.video.auth.Tokens;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.ConfiguredCommand;
import io.dropwizard.core.setup.Bootstrap;
import java.time.Duration;
import java.util.function.Function;
import net.sourceforge.argparse4j.impl.Arguments;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import org.slf4j.LoggerFactory;

/**
 * {@code token config.yml --user ada --plan pro [--admin]}: prints a token, and nothing else, on
 * standard output, so that a shell can put it into a variable.
 */
public final class TokenCommand<T extends Configuration> extends ConfiguredCommand<T> {
  private static final Duration TTL = Duration.ofHours(8);

  private final Class<T> configurationClass;
  private final Function<T, Tokens> tokens;
  private final Function<Throwable, String> sentence;

  /**
   * The command.
   *
   * @param tokens those of the service of this configuration
   * @param sentence what a failure is told as
   */
  public TokenCommand(
      Class<T> configurationClass,
      Function<T, Tokens> tokens,
      Function<Throwable, String> sentence) {
    super("token", "Prints a bearer token for a user");
    this.configurationClass = configurationClass;
    this.tokens = tokens;
    this.sentence = sentence;
  }

  @Override
  public void configure(Subparser parser) {
    super.configure(parser);
    parser.addArgument("--user").required(true).help("the user's id");
    parser
        .addArgument("--plan")
        .choices("free", "starter", "pro")
        .setDefault("free")
        .help("the user's plan");
    parser.addArgument("--admin").action(Arguments.storeTrue()).help("with the admin role");
  }

  @Override
  protected Class<T> getConfigurationClass() {
    return configurationClass;
  }

  @Override
  @SuppressWarnings("SystemOut") // the answer of a command, for whoever typed it
  protected void run(Bootstrap<T> bootstrap, Namespace namespace, T configuration) {
    if (LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
      root.detachAndStopAllAppenders();
    }
    String token =
        tokens
            .apply(configuration)
            .mint(
                namespace.getString("user"),
                namespace.getString("plan"),
                namespace.getBoolean("admin"),
                TTL);
    System.out.println(token);
  }

  @Override
  public void onError(Cli cli, Namespace namespace, Throwable e) {
    cli.getStdErr().println(sentence.apply(e));
  }
}
