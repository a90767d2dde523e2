-- Users who were erased, while tokens that were issued before may still hold: such a token must not
-- open a new account. Of the user nothing but a digest is left, and that not for ever.
CREATE TABLE erased_users (
  digest    bytea       PRIMARY KEY CHECK (octet_length(digest) = 32),  -- SHA-256 of the user's id
  erased_at timestamptz NOT NULL,
  -- After this no token that was issued before can be valid any more: the row may go.
  forget_at timestamptz NOT NULL
);
-- Every instance asks several times a second who was newly erased.
CREATE INDEX erased_users_at ON erased_users (erased_at);
