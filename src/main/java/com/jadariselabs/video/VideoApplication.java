package com.jadariselabs.video;

import io.dropwizard.configuration.ConfigurationSourceProvider;
import io.dropwizard.configuration.SubstitutingSourceProvider;
import io.dropwizard.core.Application;
import io.dropwizard.core.cli.CheckCommand;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Builds the house: stores, then services, then workers, then doors. */
public final class VideoApplication extends Application<VideoConfiguration> {
  private @Nullable Stores stores;

  /** Runs a command; {@code server config.yml} starts the service. */
  public static void main(String[] args) throws Exception {
    new VideoApplication().run(args);
  }

  @Override
  public String getName() {
    return "video-generation-service";
  }

  @Override
  protected void addDefaultCommands(Bootstrap<VideoConfiguration> bootstrap) {
    bootstrap.addCommand(new ServeCommand(this));
    bootstrap.addCommand(new CheckCommand<>(this));
  }

  @Override
  public void initialize(Bootstrap<VideoConfiguration> bootstrap) {
    ConfigurationSourceProvider files = bootstrap.getConfigurationSourceProvider();
    bootstrap.setConfigurationSourceProvider(
        new SubstitutingSourceProvider(files, new EnvironmentValues(System::getenv).substitutor()));
    bootstrap.setConfigurationFactoryFactory(
        (type, validator, mapper, prefix) ->
            new SettingsFactory<>(type, validator, prefix, new SettingNames(files)));
  }

  @Override
  public void run(VideoConfiguration configuration, Environment environment) {
    stores = new Stores(Path.of(configuration.service().dataDir()));
    environment.lifecycle().manage(stores);
    stores.redis(configuration.redis());
    stores.database(configuration.database(), environment);
  }

  /** Closes what a failed start has opened. */
  void abandon() {
    Optional.ofNullable(stores).ifPresent(Stores::stop);
  }
}
