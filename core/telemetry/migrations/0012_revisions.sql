-- What a frame that says something else than was kept has changed: which values were, which came.
alter table telemetry_frame add column revision jsonb;
create index telemetry_frame_revised on telemetry_frame (zone_id, protocol, identity, received_at desc)
  where revision is not null;

-- A monitoring station says in how many seconds it is heard again; whether it is silent is judged by that.
update telemetry_profile
set points = points || '[{"key": "INTERVAL", "kind": "discrete", "name": {"zh": "上报周期", "en": "Reporting interval"}, "unit": "s",
  "resolution": 1, "euLow": null, "euHigh": null, "sampleMs": null, "staleAfterS": null, "counterMax": null}]'::jsonb,
  rev = rev + 1
where key = 'station' and not points @> '[{"key": "INTERVAL"}]'::jsonb;
insert into telemetry_point (zone_id, node_id, code, template, kind, name, unit, resolution_mantissa, resolution_scale)
select zone_id, id, code || '.INTERVAL', 'INTERVAL', 'discrete', '{"zh": "上报周期", "en": "Reporting interval"}'::jsonb, 's', 1, 0
from telemetry_node where profile_key = 'station' and retired_at is null
on conflict (zone_id, code) do nothing;
