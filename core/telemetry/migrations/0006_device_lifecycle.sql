-- A device that was retired keeps its history and gives its identity back: the next one with it is another device.
alter table telemetry_device drop constraint telemetry_device_zone_id_protocol_identity_key;
create unique index telemetry_device_identity on telemetry_device (zone_id, protocol, identity) where state <> 'retired';
-- Lists and look-ups by identity, retired ones too.
create index telemetry_device_by_identity on telemetry_device (zone_id, identity, id);

-- Pictures and sounds that were kept: what a terminal sends again, because the answer was lost, is there already.
create table telemetry_medium (
  zone_id text not null,
  device_id uuid not null,
  media_id bigint not null,
  taken_at timestamptz not null,
  sha256 text not null,
  kept_at timestamptz not null,
  primary key (zone_id, device_id, media_id, taken_at, sha256),
  foreign key (zone_id, device_id) references telemetry_device (zone_id, id)
);
