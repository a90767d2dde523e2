package com.jadariselabs.video.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * How PostgreSQL, which refuses to run as root, is run by root nevertheless: in a user namespace in
 * which root is nobody, or where those are forbidden (many containers) as nobody indeed.
 *
 * @param prefix what stands before each command; empty for an ordinary user
 * @param owner the numeric user that must own the files, or -1 when they may stay as they are
 */
record Unprivileged(List<String> prefix, int owner) {
  private static final int NOBODY = 65_534;

  /** Finds the way on this machine; the attempts' output goes to the log. */
  static Unprivileged find(Path log) throws IOException {
    if (!isRoot()) {
      return new Unprivileged(List.of(), -1);
    }
    if (works(List.of("unshare", "-U"), log)) {
      return new Unprivileged(List.of("unshare", "-U"), -1);
    }
    List<String> setpriv =
        List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
    if (works(setpriv, log)) {
      return new Unprivileged(setpriv, NOBODY);
    }
    throw new LocalServerException(
        "DATABASE_URL: is empty, and the embedded PostgreSQL cannot be run by root here (neither"
            + " `unshare -U` nor `setpriv` works); run the service as an ordinary user, or set it"
            + " to the JDBC URL of a PostgreSQL");
  }

  /** The command as it is to be run. */
  List<String> command(List<String> command) {
    List<String> whole = new ArrayList<>(prefix);
    whole.addAll(command);
    return whole;
  }

  /** Gives the directory with all that it holds to whoever will run the server. */
  void own(Path directory) throws IOException {
    if (owner < 0) {
      return;
    }
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.toList()) {
        Files.setAttribute(path, "unix:uid", owner, java.nio.file.LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", owner, java.nio.file.LinkOption.NOFOLLOW_LINKS);
      }
    }
  }

  private static boolean works(List<String> prefix, Path log) {
    List<String> command = new ArrayList<>(prefix);
    command.add("true");
    try {
      return Programs.run(command, log, 5).filter(status -> status == 0).isPresent();
    } catch (LocalServerException e) {
      return false;
    }
  }

  private static boolean isRoot() throws IOException {
    Path self = Path.of("/proc/self");
    return Files.exists(self) && Integer.valueOf(0).equals(Files.getAttribute(self, "unix:uid"));
  }
}
