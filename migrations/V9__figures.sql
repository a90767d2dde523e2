-- What an operator looks at: what lately came and went, without reading the whole of long tables.

-- Written in the order of time, so a few bytes for each stretch of pages tell where an hour is.
CREATE INDEX ledger_by_time ON ledger USING brin (created_at)
  WITH (pages_per_range = 16, autosummarize = on);
CREATE INDEX attempts_failed ON attempts (ended_at) WHERE error_code IS NOT NULL;
