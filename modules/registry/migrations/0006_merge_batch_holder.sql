-- Who runs or undoes a batch, and when it was last heard of: a server that died leaves it to the next one, and keeps nothing afterwards.
alter table enterprise_merge_batch add column holder text;
alter table enterprise_merge_batch add column beat_at timestamptz;
