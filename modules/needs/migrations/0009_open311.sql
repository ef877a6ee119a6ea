-- Requests that came in over the Open311 GeoReport v2 face (casework.md §13).
create table open311_request (
  zone_id text not null,
  appeal_id uuid not null,
  token uuid not null,
  service_code text not null,
  account_id text not null,
  media_url text,
  device_id text,
  attributes jsonb not null,
  requested_at timestamptz not null,
  primary key (zone_id, appeal_id),
  foreign key (zone_id, appeal_id) references appeal (zone_id, id)
);
create unique index open311_request_token on open311_request (zone_id, token);
