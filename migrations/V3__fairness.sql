-- How many of a user's jobs stand in the delivery queues, and who of the others is next.
CREATE INDEX generations_of_user_waiting ON generations (user_id, delivered, queued_at, id)
  WHERE status = 'queued';
