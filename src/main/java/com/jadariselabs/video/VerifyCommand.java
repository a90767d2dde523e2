package com.jadariselabs.video;

import io.dropwizard.core.cli.CheckCommand;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.setup.Bootstrap;
import net.sourceforge.argparse4j.inf.Namespace;

/** {@code check}: finds what is wrong with the settings, and says when nothing is. */
final class VerifyCommand extends CheckCommand<VideoConfiguration> {

  VerifyCommand(VideoApplication application) {
    super(application);
  }

  @Override
  @SuppressWarnings("SystemOut") // the answer of a command, for whoever typed it
  protected void run(
      Bootstrap<VideoConfiguration> bootstrap,
      Namespace namespace,
      VideoConfiguration configuration) {
    System.out.println(namespace.getString("file") + ": the settings are well formed");
  }

  @Override
  public void onError(Cli cli, Namespace namespace, Throwable e) {
    cli.getStdErr().println(StartFailure.sentence(e));
  }
}
