-- Keys that an enterprise makes for its own systems: an account of the machine is made with each, which belongs to the enterprise alone.
alter table api_key
  add column party_id text,
  add column read_only boolean not null default false,
  add foreign key (zone_id, party_id) references party (zone_id, id);
create index api_key_of_party on api_key (zone_id, party_id, created_at desc) where party_id is not null;
