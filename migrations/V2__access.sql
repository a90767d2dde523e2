-- Sessions that have called, and those that may call no more. Two users never share one, whatever
-- their tokens say: the user is part of the key.
CREATE TABLE sessions (
  user_id      text        NOT NULL CHECK (length(user_id) BETWEEN 1 AND 255),
  id           text        NOT NULL CHECK (length(id) BETWEEN 1 AND 255),
  created_at   timestamptz NOT NULL DEFAULT now(),
  last_seen_at timestamptz NOT NULL DEFAULT now(),
  -- After this no token of the session can be valid any more: the row may go.
  forget_at    timestamptz NOT NULL,
  revoked_at   timestamptz,
  PRIMARY KEY (user_id, id)
);
-- Every instance asks several times a second which ones were newly revoked.
CREATE INDEX sessions_revoked ON sessions (revoked_at) WHERE revoked_at IS NOT NULL;
CREATE INDEX sessions_forget ON sessions (forget_at);

-- Single-use admissions to a socket. Only a digest is kept: who reads the table gets in nowhere.
CREATE TABLE socket_tickets (
  digest           bytea       PRIMARY KEY CHECK (octet_length(digest) = 32),
  user_id          text        NOT NULL,
  plan             text        NOT NULL,
  roles            text        NOT NULL,
  session_id       text        NOT NULL,
  token_expires_at timestamptz NOT NULL,
  expires_at       timestamptz NOT NULL
);
CREATE INDEX socket_tickets_expiry ON socket_tickets (expires_at);

-- Who has violated the content rules lately. No row: a reputation of 100.
CREATE TABLE reputations (
  user_id    text             PRIMARY KEY,
  -- As it stood at changed_at; one point comes back with every hour since.
  score      double precision NOT NULL CHECK (score BETWEEN 0 AND 100),
  changed_at timestamptz      NOT NULL
);
CREATE INDEX reputations_changed ON reputations (changed_at);

-- Rejections with their reasons, for admins. Never the text itself.
CREATE TABLE moderation_verdicts (
  id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id     text        NOT NULL,
  at          timestamptz NOT NULL DEFAULT now(),
  category    text        NOT NULL,
  rule        text        NOT NULL,
  points      integer     NOT NULL CHECK (points BETWEEN 0 AND 25),
  text_sha256 bytea       NOT NULL CHECK (octet_length(text_sha256) = 32)
);
CREATE INDEX moderation_verdicts_user ON moderation_verdicts (user_id, id DESC);
