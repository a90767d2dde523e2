package com.jadariselabs.video.studio;

import java.net.URI;

/** A running service in local mode, with the sandbox as its provider, whose Studio is tested. */
interface StudioUnderTest extends AutoCloseable {

  /** Where the page is, without a path. */
  URI url();

  @Override
  void close();
}
