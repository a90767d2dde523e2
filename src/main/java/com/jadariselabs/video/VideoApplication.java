package com.jadariselabs.video;

import ch.qos.logback.classic.Level;
import com.jadariselabs.video.api.HttpFront;
import com.jadariselabs.video.api.SecurityHeaders;
import com.jadariselabs.video.api.StrictJson;
import com.jadariselabs.video.auth.TokenSettings;
import com.jadariselabs.video.auth.Tokens;
import com.jadariselabs.video.command.GenerateCommand;
import com.jadariselabs.video.command.TokenCommand;
import com.jadariselabs.video.database.Database;
import com.jadariselabs.video.embedded.DataDirectory;
import com.jadariselabs.video.monitoring.Check;
import com.jadariselabs.video.monitoring.LineLayoutFactory;
import com.jadariselabs.video.monitoring.Registries;
import com.jadariselabs.video.redis.Redis;
import io.dropwizard.configuration.ConfigurationSourceProvider;
import io.dropwizard.configuration.SubstitutingSourceProvider;
import io.dropwizard.core.Application;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.logging.common.BootstrapLogging;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds the house: stores, then services, then workers, then doors. */
public final class VideoApplication extends Application<VideoConfiguration> {
  private static final Clock CLOCK = Clock.systemUTC();

  private @Nullable Stores stores;

  /** Runs a command; {@code server config.yml} starts the service. */
  public static void main(String[] args) throws Exception {
    Logger log = LoggerFactory.getLogger(VideoApplication.class);
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, thrown) -> log.error("The thread {} ended", thread.getName(), thrown));
    new VideoApplication().run(args);
  }

  /** Standard output is for JSON, also before the settings have been read. */
  @Override
  protected void bootstrapLogging() {
    BootstrapLogging.bootstrap(Level.WARN, new LineLayoutFactory(getName()));
  }

  @Override
  public String getName() {
    return "video-generation-service";
  }

  @Override
  protected void addDefaultCommands(Bootstrap<VideoConfiguration> bootstrap) {
    bootstrap.addCommand(new ServeCommand(this));
    bootstrap.addCommand(new VerifyCommand(this));
    bootstrap.addCommand(new GenerateCommand());
    bootstrap.addCommand(
        new TokenCommand<>(
            VideoConfiguration.class, VideoApplication::tokens, StartFailure::sentence));
  }

  @Override
  public void initialize(Bootstrap<VideoConfiguration> bootstrap) {
    bootstrap.setObjectMapper(StrictJson.mapper());
    ConfigurationSourceProvider files = bootstrap.getConfigurationSourceProvider();
    bootstrap.setConfigurationSourceProvider(
        new SubstitutingSourceProvider(files, new EnvironmentValues(System::getenv).substitutor()));
    bootstrap.setConfigurationFactoryFactory(
        (type, validator, mapper, prefix) ->
            new SettingsFactory<>(type, validator, prefix, new SettingNames(files)));
  }

  @Override
  public void run(VideoConfiguration configuration, Environment environment) throws IOException {
    ServiceSettings service = configuration.service();
    boolean localMode = configuration.tokens().local();
    Listeners listeners = new Listeners(configuration.getServerFactory());
    listeners.bind(service.host(), localMode);
    listeners.tryOut();

    // Stores
    Stores opened = new Stores(Path.of(service.dataDir()));
    stores = opened;
    environment.lifecycle().manage(opened);
    Redis redis = opened.redis(configuration.redis());
    Database database = opened.database(configuration.database(), environment);

    // Seen from outside
    CollectorRegistry registry = Registries.registry(environment.metrics());
    Path data = opened.data().root();
    Checkup checkup = Checkup.of(environment, registry, database, redis, data);

    // Doors
    MediaPlaces places = new MediaPlaces(configuration);
    HttpFront front =
        new HttpFront(
            environment.getObjectMapper(),
            new SecurityHeaders(
                places.connectOrigins(),
                places.mediaOrigins(),
                service.appUrl().startsWith("https:")),
            Set.copyOf(service.origins()),
            registry,
            service.metricsToken(),
            new Outage(),
            CLOCK);
    front.install(environment);
    Rooms rooms =
        new Rooms(
            configuration,
            environment,
            new Rooms.Ground(listeners, redis, database, data, registry, checkup.checks(), CLOCK));
    rooms.open(front);
    checkup.health().register("workers", new Check(rooms::workersComplaint));
    checkup.health().register("provider", new Check(rooms::providerComplaint));

    Banner banner =
        new Banner(service.appUrl(), localMode, opened.embedded(), configuration.usesSandbox());
    environment.lifecycle().addServerLifecycleListener(server -> banner.show(System.err));
  }

  private static Tokens tokens(VideoConfiguration configuration) {
    TokenSettings settings = configuration.tokens();
    if (settings.sharedSecret().isEmpty() && !settings.local()) {
      throw new SettingException(
          "JWT_SECRET: is not set, so that tokens can be verified but not made", null);
    }
    Path data = Path.of(configuration.service().dataDir());
    try (DataDirectory directory = DataDirectory.open(data)) {
      return Tokens.by(settings, directory.root(), CLOCK);
    }
  }

  /** Closes what a failed start has opened. */
  void abandon() {
    Optional.ofNullable(stores).ifPresent(Stores::stop);
  }
}
