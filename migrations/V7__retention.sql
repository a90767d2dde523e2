-- What is kept for how long, and what is taken away.
--
--   generations ──media's time is over──▶ media_removed_at, keys moved to media_removals
--               ──the owner's purge────▶ purged_at, text cleared, keys moved ──settled──▶ deleted
--               ──the row's time is over▶ deleted, keys moved
--   media_removals: files that no row wants any more. A row goes when its file is gone.
ALTER TABLE generations
  ADD COLUMN media_removed_at timestamptz,
  ADD COLUMN purged_at        timestamptz,
  DROP CONSTRAINT completed_is_paid_and_kept,
  ADD CONSTRAINT completed_is_paid_and_kept
    CHECK (status <> 'completed' OR (credits_refunded = 0
           AND (video_key IS NOT NULL OR media_removed_at IS NOT NULL))),
  ADD CONSTRAINT only_what_has_ended_is_purged CHECK (purged_at IS NULL OR completed_at IS NOT NULL);
CREATE INDEX generations_with_media ON generations (completed_at) WHERE video_key IS NOT NULL;
CREATE INDEX generations_of_video ON generations (video_key) WHERE video_key IS NOT NULL;
CREATE INDEX generations_of_poster ON generations (poster_key) WHERE poster_key IS NOT NULL;
CREATE INDEX generations_purged ON generations (purged_at) WHERE purged_at IS NOT NULL;

CREATE TABLE media_removals (
  key    text        PRIMARY KEY,
  due_at timestamptz NOT NULL DEFAULT now(),  -- while one works on it: when it is given up for lost
  tries  smallint    NOT NULL DEFAULT 0
);
CREATE INDEX media_removals_due ON media_removals (due_at);

-- An account that is being erased: nothing new is taken from it, and it goes once all has settled.
ALTER TABLE accounts ADD COLUMN erasing_at timestamptz;
CREATE INDEX accounts_erasing ON accounts (erasing_at) WHERE erasing_at IS NOT NULL;

-- The ledger stays append-only, but for its owner's name, which an erasure takes out.
CREATE OR REPLACE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE'
     AND starts_with(NEW.user_id, 'erased_') AND NOT starts_with(OLD.user_id, 'erased_')
     AND NEW.reason IS NULL
     AND (NEW.id, NEW.amount, NEW.kind, NEW.generation_id, NEW.run, NEW.balance_after, NEW.created_at)
         IS NOT DISTINCT FROM
         (OLD.id, OLD.amount, OLD.kind, OLD.generation_id, OLD.run, OLD.balance_after, OLD.created_at)
  THEN RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the ledger is append-only';
END $$;

-- When the rare chores were done last; whoever moves the time does the chore.
CREATE TABLE chores (
  name    text        PRIMARY KEY,
  done_at timestamptz NOT NULL
);
INSERT INTO chores VALUES ('lost files', now());
