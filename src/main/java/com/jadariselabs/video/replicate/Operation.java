package com.jadariselabs.video.replicate;

import com.jadariselabs.video.replicate.ReplicateException.Kind;
import java.util.Locale;

/** What can be asked of the provider. */
enum Operation {
  CREATE,
  GET,
  CANCEL,
  LIST,
  DOWNLOAD;

  /** What it means that the answer was lost: only a create cannot simply be repeated. */
  Kind lost() {
    return this == CREATE ? Kind.UNKNOWN_OUTCOME : Kind.TRANSIENT;
  }

  /** In lower case, as a metric's label. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
