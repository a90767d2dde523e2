-- Keys of servers that act for a user. Only a digest is kept: who reads the table gets in nowhere.
-- A key's calls and its end are the session 'key:<id>' in sessions, so that an end is known
-- everywhere as quickly as a session's.
CREATE TABLE api_keys (
  id         text        PRIMARY KEY,                 -- what a key's text shows of itself, key_…
  user_id    text        NOT NULL CHECK (length(user_id) BETWEEN 1 AND 255),
  name       text        NOT NULL CHECK (length(name) BETWEEN 1 AND 128),
  digest     bytea       NOT NULL CHECK (octet_length(digest) = 32),
  reads      boolean     NOT NULL,
  writes     boolean     NOT NULL,
  plan       text        NOT NULL,                    -- as its owner was last seen with
  per_minute integer     CHECK (per_minute > 0),
  per_hour   integer     CHECK (per_hour > 0),
  per_day    integer     CHECK (per_day > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  revoked_at timestamptz,                             -- the row stays: usage is told by key
  CONSTRAINT good_for_something CHECK (reads OR writes)
);
CREATE INDEX api_keys_of_user ON api_keys (user_id, created_at DESC, id);

-- Which key asked for it; null: its owner did, signed in.
ALTER TABLE generations ADD COLUMN api_key_id text;
