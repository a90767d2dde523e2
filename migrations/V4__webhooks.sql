-- Outgoing webhooks. The row is written with the end that it tells: neither is there without the other.
--   waiting ──2xx──▶ delivered
--     ⟲ later          410, or out of tries ─▶ failed
CREATE TABLE webhook_deliveries (
  id            text PRIMARY KEY,                      -- its webhook-id, the same on each try
  generation_id text        NOT NULL,
  run           smallint    NOT NULL,
  user_id       text        NOT NULL,
  url           text        NOT NULL,
  type          text        NOT NULL,
  occurred_at   timestamptz NOT NULL,
  body          text,                                  -- as first sent, the same on each try
  state         text        NOT NULL DEFAULT 'waiting'
                CHECK (state IN ('waiting', 'delivered', 'failed')),
  tries         smallint    NOT NULL DEFAULT 0,        -- the one under way included
  due_at        timestamptz NOT NULL DEFAULT now(),    -- while it is under way: when it is given up for lost
  last_answer   text,
  ended_at      timestamptz,
  UNIQUE (generation_id, run),
  CONSTRAINT ended_means_ended_at CHECK ((state = 'waiting') = (ended_at IS NULL))
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (due_at) WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_ended ON webhook_deliveries (ended_at) WHERE ended_at IS NOT NULL;

CREATE FUNCTION webhook_of_an_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO webhook_deliveries (id, generation_id, run, user_id, url, type, occurred_at)
  VALUES ('msg_' || replace(gen_random_uuid()::text, '-', ''), NEW.id, NEW.run, NEW.user_id,
          NEW.webhook_url, 'generation.' || NEW.status, NEW.completed_at)
  ON CONFLICT (generation_id, run) DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER generations_webhook AFTER UPDATE OF status ON generations FOR EACH ROW
  WHEN (NEW.webhook_url IS NOT NULL AND NEW.completed_at IS NOT NULL AND OLD.completed_at IS NULL)
  EXECUTE FUNCTION webhook_of_an_end();

-- What a user's webhooks are signed with; a retired one signs for another day.
CREATE TABLE webhook_secrets (
  id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id    text        NOT NULL,
  secret     text        NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  retired_at timestamptz
);
CREATE UNIQUE INDEX webhook_secrets_present ON webhook_secrets (user_id) WHERE retired_at IS NULL;
CREATE INDEX webhook_secrets_of_user ON webhook_secrets (user_id, id);
