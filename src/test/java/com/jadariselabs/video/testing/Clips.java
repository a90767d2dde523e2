package com.jadariselabs.video.testing;

import com.jadariselabs.video.sandbox.Clip;
import com.jadariselabs.video.sandbox.Renderer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Real videos for tests, rendered once a run. */
public final class Clips {
  private Clips() {}

  /** 1.5 s of 320 × 180 H.264 in MP4, its index last; not to be changed. */
  public static Path small() {
    return Holder.SMALL;
  }

  private static final class Holder {
    static final Path SMALL = render();

    private static Path render() {
      try {
        Path file = Files.createTempFile("clip", ".mp4");
        file.toFile().deleteOnExit();
        new Renderer().render(new Clip("A small clip", 7, 1.5, 320, 180, 8), file, n -> true);
        return file;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
