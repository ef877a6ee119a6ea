-- Points and their types: what a point has from its type, what it says itself, and when it changed.

-- The type it was made from; null for one of its equipment's own, such as a device declares. What the type says of it follows the
-- type, but for the fields in own_fields.
alter table telemetry_point add column profile_key text;
alter table telemetry_point add column own_fields jsonb not null default '[]';
-- Whoever holds points in memory finds what changed by its time, which is the database's.
alter table telemetry_point add column changed_at timestamptz not null default now();
alter table telemetry_point alter column changed_at set default clock_timestamp();

-- What was made from a type so far, and what was said otherwise of it since.
update telemetry_point p
set profile_key = n.profile_key,
  own_fields = to_jsonb(array_remove(array[
    case when p.name <> t.value -> 'name' then 'name' end,
    case when p.unit is distinct from t.value ->> 'unit' then 'unit' end,
    case when p.eu_low is distinct from (t.value ->> 'euLow')::float8 then 'euLow' end,
    case when p.eu_high is distinct from (t.value ->> 'euHigh')::float8 then 'euHigh' end,
    case when p.sample_ms is distinct from (t.value ->> 'sampleMs')::integer then 'sampleMs' end,
    case when p.stale_after_s is distinct from (t.value ->> 'staleAfterS')::integer then 'staleAfterS' end,
    case when p.counter_max is distinct from (t.value ->> 'counterMax')::float8 then 'counterMax' end
  ], null))
from telemetry_node n
join telemetry_profile f on f.zone_id = n.zone_id and f.key = n.profile_key
cross join lateral jsonb_array_elements(f.points) t
where n.zone_id = p.zone_id and n.id = p.node_id and t.value ->> 'key' = p.template and t.value ->> 'kind' = p.kind
  and (t.value ->> 'resolution')::numeric = p.resolution_mantissa * power(10::numeric, -p.resolution_scale);

create index telemetry_point_profile on telemetry_point (zone_id, profile_key, template) where profile_key is not null;
create index telemetry_point_changed on telemetry_point (zone_id, changed_at, id);
