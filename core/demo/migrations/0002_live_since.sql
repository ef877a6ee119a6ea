-- When the clock became real: what was left for visitors then is left for a while counted from it.
alter table demo_zone add column live_at timestamptz;
