-- What a verdict was about, and what of: nothing is known of the generation where none came to be.
ALTER TABLE moderation_verdicts
  ADD subject text NOT NULL DEFAULT 'prompt'
    CHECK (subject IN ('prompt', 'enhanced_prompt', 'image')),
  ADD generation_id text;
