-- Placeholder until the schema lands.
SELECT 1;
