/** Writes the model's prompt from the user's: by rules, and where one is configured by a chat. */
@NullMarked
package com.jadariselabs.video.prompts;

import org.jspecify.annotations.NullMarked;
