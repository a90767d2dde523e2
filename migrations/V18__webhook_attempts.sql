-- What each try of a webhook came to, for its owner.
CREATE TABLE webhook_attempts (
  delivery_id text        NOT NULL REFERENCES webhook_deliveries ON DELETE CASCADE,
  number      smallint    NOT NULL,
  at          timestamptz NOT NULL DEFAULT now(),     -- when its outcome was known
  status      smallint,                               -- null: there was no answer
  error       text,                                   -- null: there was one
  took_millis integer     NOT NULL,
  PRIMARY KEY (delivery_id, number)
);
ALTER TABLE webhook_deliveries
  ADD COLUMN since timestamptz NOT NULL DEFAULT now(),       -- tried for a day from then on
  ADD COLUMN replayed_after smallint NOT NULL DEFAULT 0;     -- tries before its owner asked for more
CREATE INDEX webhook_deliveries_of_user ON webhook_deliveries (user_id, occurred_at DESC, id DESC);
