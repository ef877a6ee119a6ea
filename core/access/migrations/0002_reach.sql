-- Which party has to do with which object, and how. The one row predicate of lists, counts, exports, files and search reads it.
create table reach (
  zone_id text not null,
  object_kind text not null,
  object_id text not null,
  party_id text not null,
  relation text not null,
  primary key (zone_id, object_kind, object_id, party_id, relation)
);
-- "All objects of my parties": the other way round.
create index reach_of_party on reach (zone_id, object_kind, party_id, relation, object_id);
