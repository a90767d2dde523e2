-- The truth: accounts and their ledger, generations and their attempts.
-- Rules that must always hold are constraints here; the statements of the service presume them.

CREATE TABLE accounts (
  user_id    text PRIMARY KEY CHECK (user_id <> ''),
  plan       text NOT NULL CHECK (plan IN ('free', 'starter', 'pro')),
  balance    bigint NOT NULL CHECK (balance >= 0),
  status     text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended')),
  created_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 60);

-- Append-only: the entries of an account always add up to its balance.
CREATE TABLE ledger (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id       text NOT NULL REFERENCES accounts,
  amount        bigint NOT NULL CHECK (amount <> 0),
  kind          text NOT NULL CHECK (kind IN ('grant', 'charge', 'refund', 'adjustment')),
  generation_id text,
  run           smallint,
  balance_after bigint NOT NULL CHECK (balance_after >= 0),
  reason        text,
  created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT money_of_a_generation_names_it
    CHECK ((kind IN ('charge', 'refund')) = (generation_id IS NOT NULL AND run IS NOT NULL)),
  CONSTRAINT charges_take_and_refunds_give
    CHECK (CASE kind WHEN 'charge' THEN amount < 0 WHEN 'adjustment' THEN true ELSE amount > 0 END)
);
CREATE INDEX ledger_of_account ON ledger (user_id, id DESC);
-- One charge and at most one refund for each run of a generation; start credits once.
CREATE UNIQUE INDEX ledger_one_charge ON ledger (generation_id, run) WHERE kind = 'charge';
CREATE UNIQUE INDEX ledger_one_refund ON ledger (generation_id, run) WHERE kind = 'refund';
CREATE UNIQUE INDEX ledger_one_grant ON ledger (user_id) WHERE kind = 'grant';

CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the ledger is append-only';
END $$;
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE ON ledger
  FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only();

-- Fences: each claim takes the next one, and every later write of the claimer presents it.
CREATE SEQUENCE lease_tokens;

--   queued ──claim──▶ processing ──▶ completed
--     ▲                 │  │  └────▶ failed
--     └──another attempt┘  └───────▶ cancelled   (queued ─▶ cancelled too)
CREATE TABLE generations (
  id                 text PRIMARY KEY,
  job_id             text NOT NULL,
  user_id            text NOT NULL REFERENCES accounts,
  plan               text NOT NULL,
  priority           smallint NOT NULL CHECK (priority BETWEEN 0 AND 2),
  status             text NOT NULL DEFAULT 'queued'
                     CHECK (status IN ('queued', 'processing', 'completed', 'failed', 'cancelled')),
  stage              text CHECK (stage IN ('enhancing', 'generating', 'uploading', 'done')),
  percent            smallint NOT NULL DEFAULT 0 CHECK (percent BETWEEN 0 AND 100),
  prompt             text NOT NULL,
  negative_prompt    text,
  enhanced_prompt    text,
  model              text NOT NULL,
  duration           smallint NOT NULL CHECK (duration BETWEEN 1 AND 60),
  quality            text NOT NULL,
  style              text,
  aspect_ratio       text NOT NULL,
  seed               integer CHECK (seed >= 0),
  image_url          text,
  enhance            boolean NOT NULL,
  webhook_url        text,
  provider_model     text NOT NULL,
  provider_duration  integer NOT NULL,
  warnings           text NOT NULL DEFAULT '[]',      -- a JSON array of sentences
  estimated_seconds  integer NOT NULL,
  estimated_wait     integer NOT NULL DEFAULT 0,      -- seconds, as answered to the submission
  queue_position     integer NOT NULL DEFAULT 1,      -- as answered to the submission
  announced_position integer,                         -- the last one told on sockets
  credits_charged    integer NOT NULL CHECK (credits_charged > 0),
  credits_refunded   integer NOT NULL DEFAULT 0,
  trace_id           text NOT NULL,
  seq                bigint NOT NULL DEFAULT 1,       -- the number of its latest event
  run                smallint NOT NULL DEFAULT 1,
  attempts           smallint NOT NULL DEFAULT 0,     -- of this run, the present one included
  crashes            smallint NOT NULL DEFAULT 0,     -- workers that died with it, of this attempt
  delivered          boolean NOT NULL DEFAULT true,   -- false: waits behind the user's other jobs
  aged               boolean NOT NULL DEFAULT false,  -- waited too long: goes before its plan's turn
  lease_token        bigint,
  lease_owner        text,
  lease_until        timestamptz,
  retry_at           timestamptz,
  deadline_at        timestamptz,
  error_code         text,
  error_message      text,
  video_key          text,
  poster_key         text,
  created_at         timestamptz NOT NULL DEFAULT now(),
  queued_at          timestamptz NOT NULL DEFAULT now(),
  started_at         timestamptz,
  completed_at       timestamptz,
  CONSTRAINT terminal_means_completed_at
    CHECK ((status IN ('completed', 'failed', 'cancelled')) = (completed_at IS NOT NULL)),
  CONSTRAINT refunded_at_most_what_was_charged
    CHECK (credits_refunded BETWEEN 0 AND credits_charged),
  CONSTRAINT completed_is_paid_and_kept
    CHECK (status <> 'completed' OR (credits_refunded = 0 AND video_key IS NOT NULL)),
  CONSTRAINT failed_is_refunded
    CHECK (status <> 'failed' OR (credits_refunded = credits_charged AND error_code IS NOT NULL)),
  CONSTRAINT lease_means_processing
    CHECK (lease_token IS NULL OR status = 'processing')
) WITH (fillfactor = 70);
CREATE INDEX generations_of_user ON generations (user_id, created_at DESC, id DESC);
CREATE INDEX generations_waiting ON generations (priority, queued_at, id) WHERE status = 'queued';
CREATE INDEX generations_leased ON generations (lease_until) WHERE status = 'processing';
CREATE INDEX generations_ended ON generations (status, completed_at) WHERE completed_at IS NOT NULL;

-- An attempt is recorded before its prediction is asked for. 'creating': it may or may not exist at
-- the provider; 'running': its id is known; 'over': nothing of it is running there any more.
CREATE TABLE attempts (
  generation_id text NOT NULL REFERENCES generations ON DELETE CASCADE,
  run           smallint NOT NULL,
  attempt       smallint NOT NULL,
  state         text NOT NULL DEFAULT 'creating' CHECK (state IN ('creating', 'running', 'over')),
  input         text,                                 -- as sent, so that an orphan can be told
  prediction_id text UNIQUE,
  started_at    timestamptz NOT NULL DEFAULT now(),
  ended_at      timestamptz,
  error_code    text,
  error_message text,
  metrics       text,
  PRIMARY KEY (generation_id, run, attempt),
  CONSTRAINT running_has_an_id CHECK (state <> 'running' OR prediction_id IS NOT NULL)
);
CREATE INDEX attempts_open ON attempts (started_at) WHERE state <> 'over';

-- Kept 24 hours. The row is written with the charge, so a key that exists is a charge that exists.
CREATE TABLE idempotency_keys (
  user_id           text NOT NULL,
  key               text NOT NULL,
  body_hash         text NOT NULL,
  generation_id     text NOT NULL,
  remaining_credits bigint NOT NULL,
  created_at        timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- One row: whether the queue is paused, for all instances.
CREATE TABLE queue_state (
  one    boolean PRIMARY KEY DEFAULT true CHECK (one),
  paused boolean NOT NULL DEFAULT false
);
INSERT INTO queue_state DEFAULT VALUES;

-- What admins did.
CREATE TABLE audit_log (
  id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at     timestamptz NOT NULL DEFAULT now(),
  actor  text NOT NULL,
  action text NOT NULL,
  target text,
  detail text
);
