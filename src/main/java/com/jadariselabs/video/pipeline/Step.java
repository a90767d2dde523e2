package com.jadariselabs.video.pipeline;

/** What a visit does, in this order. */
enum Step {
  /** Gets the start image. */
  PICTURE,
  /** Turns the user's prompt into the model's. */
  ENHANCE,
  /** Records the attempt and asks for its prediction. */
  CREATE,
  /** Finds out whether a prediction was made whose answer was lost. */
  RECOVER,
  /** Asks how the prediction is doing. */
  FOLLOW,
  /** Copies the output out, looks at it, keeps it. */
  COLLECT
}
