package com.jadariselabs.video;

import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.ServerCommand;
import io.dropwizard.core.setup.Bootstrap;
import net.sourceforge.argparse4j.inf.Namespace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code server}: runs the service; a start that fails says why in one sentence. */
final class ServeCommand extends ServerCommand<VideoConfiguration> {
  private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

  private final VideoApplication application;

  ServeCommand(VideoApplication application) {
    super(application);
    this.application = application;
  }

  @Override
  protected void run(
      Bootstrap<VideoConfiguration> bootstrap,
      Namespace namespace,
      VideoConfiguration configuration)
      throws Exception {
    try {
      super.run(bootstrap, namespace, configuration);
    } catch (Exception e) {
      if (!StartFailure.expected(e)) {
        LOG.error("The service did not start", e);
      }
      application.abandon();
      throw e;
    }
  }

  @Override
  public void onError(Cli cli, Namespace namespace, Throwable e) {
    cli.getStdErr().println(StartFailure.sentence(e));
  }
}
