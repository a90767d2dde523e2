package com.jadariselabs.video;

import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.image.Images;
import com.jadariselabs.video.pipeline.StartImages;
import java.io.IOException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** The pipeline's start images are those of the room of images. */
record KeptImages(Images images) implements StartImages {
  @Override
  public CompletionStage<Kept> keep(Generation g, String url, Executor executor) {
    return images
        .keep(g.id(), String.valueOf(g.leaseToken()), url, executor)
        .thenApply(
            kept ->
                kept instanceof com.jadariselabs.video.image.Kept.Refused refused
                    ? new Kept.Refused(refused.code(), refused.message(), refused.again())
                    : new Kept.At(((com.jadariselabs.video.image.Kept.At) kept).key()));
  }

  @Override
  public String address(Generation g, String key) throws IOException {
    return images.address(g.id(), key);
  }

  @Override
  public String shown(Generation g, String key) throws IOException {
    return images.shown(g.id(), key);
  }

  @Override
  public void forget(String key) {
    images.forget(key);
  }
}
