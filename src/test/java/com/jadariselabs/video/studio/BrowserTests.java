package com.jadariselabs.video.studio;

import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/**
 * All tests that need a browser, in one process: it is started once. Of some tags there are none.
 */
@Suite(failIfNoTests = false)
@SelectPackages("com.jadariselabs.video.studio")
final class BrowserTests {}
