package com.jadariselabs.video.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.Command;
import io.dropwizard.core.setup.Bootstrap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import net.sourceforge.argparse4j.impl.Arguments;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import org.jspecify.annotations.Nullable;

/**
 * {@code generate --prompt "…" --model wan2 --duration 5 -o lion.mp4}: has a running service make a
 * video, shows how it is doing, and stores it. Reads no configuration and starts nothing.
 */
public final class GenerateCommand extends Command {
  private static final String LOCAL = "http://localhost:8080";

  /** The command. */
  public GenerateCommand() {
    super("generate", "Has a running service make a video, and stores it");
  }

  @Override
  public void configure(Subparser parser) {
    parser.addArgument("--prompt").help("what is to be seen");
    parser.addArgument("--resume").metavar("ID").help("follow this generation, submit none");
    parser.addArgument("--model").setDefault("wan2").help("one of the catalogue's ids (wan2)");
    parser.addArgument("--duration").type(Integer.class).setDefault(5).help("seconds (5)");
    parser.addArgument("--quality").help("draft, standard, high or ultra");
    parser.addArgument("--style").help("one of the catalogue's styles");
    parser.addArgument("--aspect-ratio").help("16:9, 9:16 or 1:1");
    parser.addArgument("--seed").type(Integer.class).help("for the same video again");
    parser.addArgument("--negative-prompt").help("what is not to be seen");
    parser
        .addArgument("--no-enhance")
        .action(Arguments.storeTrue())
        .help("take the prompt as it is");
    parser.addArgument("--url").setDefault(LOCAL).help("the service's address (" + LOCAL + ")");
    parser.addArgument("--token").help("a bearer token; else VIDEO_TOKEN, else local mode's");
    parser.addArgument("-o", "--output").help("the file (the generation's id and .mp4)");
  }

  @Override
  @SuppressWarnings("SystemOut") // it is for whoever typed it
  public void run(@Nullable Bootstrap<?> bootstrap, Namespace arguments) throws Exception {
    String prompt = arguments.getString("prompt");
    String resume = arguments.getString("resume");
    if ((prompt == null) == (resume == null)) {
      throw new RefusedException("--prompt is needed, or --resume");
    }
    Path file = file(arguments.getString("output"));
    ServiceClient service = new ServiceClient(arguments.getString("url"));
    service.signIn(token(arguments), System.getProperty("user.name", "cli"));
    Run run = new Run(service, System.out, System.err, System.console());
    if (resume == null) {
      run.submit(body(arguments));
    } else {
      run.resume(resume);
    }
    run.finish(file);
  }

  @Override
  public void onError(Cli cli, Namespace namespace, Throwable e) {
    String why =
        e instanceof IOException && !(e instanceof java.nio.file.FileSystemException)
            ? "The service at %s does not answer%s"
                .formatted(
                    namespace.getString("url"), e.getMessage() == null ? "" : ": " + e.getMessage())
            : String.valueOf(e.getMessage());
    cli.getStdErr().println(why);
  }

  private static @Nullable String token(Namespace arguments) {
    String given = arguments.getString("token");
    String token = given == null ? System.getenv("VIDEO_TOKEN") : given;
    return token == null || token.isBlank() ? null : token.strip();
  }

  private static @Nullable Path file(@Nullable String name) {
    if (name == null) {
      return null;
    }
    Path file = Path.of(name);
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null || !Files.isDirectory(directory) || Files.isDirectory(file)) {
      throw new RefusedException("-o: " + name + " cannot be written"); // before it costs
    }
    return file;
  }

  private static ObjectNode body(Namespace arguments) {
    ObjectNode body =
        JsonNodeFactory.instance
            .objectNode()
            .put("prompt", arguments.getString("prompt"))
            .put("model", arguments.getString("model"))
            .put("duration", arguments.getInt("duration"));
    for (String name : new String[] {"quality", "style", "aspect_ratio", "negative_prompt"}) {
      if (arguments.getString(name) != null) {
        body.put(name, arguments.getString(name));
      }
    }
    if (arguments.getInt("seed") != null) {
      body.put("seed", arguments.getInt("seed"));
    }
    if (arguments.getBoolean("no_enhance")) {
      body.put("enhance", false);
    }
    return body;
  }
}
