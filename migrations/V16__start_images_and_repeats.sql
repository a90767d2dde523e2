-- A generation's start image, once it was fetched: in the storage, like its video.
ALTER TABLE generations ADD COLUMN image_key text;

-- A repeated request is answered from an earlier result: a generation of its own that is completed
-- when it is made, and costs nothing.
ALTER TABLE generations ADD COLUMN repeats text;
ALTER TABLE generations DROP CONSTRAINT generations_credits_charged_check;
ALTER TABLE generations ADD CONSTRAINT only_repeats_are_free
  CHECK (credits_charged > 0 OR (repeats IS NOT NULL AND credits_charged = 0));

-- What may be repeated: a user's own results of a seed that the user chose.
CREATE INDEX generations_repeatable ON generations (user_id, seed, model, completed_at)
  WHERE seed IS NOT NULL AND status = 'completed';

CREATE TRIGGER generations_webhook_of_a_repeat AFTER INSERT ON generations FOR EACH ROW
  WHEN (NEW.webhook_url IS NOT NULL AND NEW.completed_at IS NOT NULL)
  EXECUTE FUNCTION webhook_of_an_end();
