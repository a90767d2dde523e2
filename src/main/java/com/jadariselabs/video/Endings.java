package com.jadariselabs.video;

import com.jadariselabs.video.events.EncodedEvent;
import com.jadariselabs.video.events.EventListener;
import com.jadariselabs.video.events.GenerationEvent;
import com.jadariselabs.video.moderation.Reputations;
import com.jadariselabs.video.pipeline.PipelineRoom;
import com.jadariselabs.video.webhook.Outbox;

/** What an end brings with it: slots are freed, a good one mends a reputation. */
record Endings(PipelineRoom pipeline, Outbox outbox, Reputations reputations)
    implements EventListener {
  @Override
  public void onEvent(EncodedEvent event) {
    GenerationEvent told = event.event();
    if (told.terminal()) {
      pipeline.ended(told.generationId(), told.seq());
      outbox.wake();
    }
    // An end that is the first event of all is an earlier result's: nothing was made.
    if (told.type() == GenerationEvent.Type.COMPLETED && told.seq() > 1) {
      reputations.recovered(told.userId());
    }
  }
}
