-- Whoever acts or owns. Areas, departments and enterprises share their id with a row here; so does each account, as a person.
create table party (
  zone_id text not null,
  id text not null,
  kind text not null check (kind in ('zone', 'area', 'department', 'enterprise', 'person', 'institution')),
  name text not null,
  parent_id text,
  state text not null default 'open' check (state in ('open', 'closed')),
  synthetic boolean not null default false,
  rev integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (zone_id, id),
  foreign key (zone_id, parent_id) references party (zone_id, id),
  check (parent_id <> id)
);
create index party_list on party (zone_id, kind, name, id);
create index party_children on party (zone_id, parent_id) where parent_id is not null;

-- A role of an account, for one party or (party_id null) for the whole zone. Ended memberships stay as history.
create table membership (
  zone_id text not null,
  id text not null,
  account_id text not null,
  role text not null,
  party_id text,
  since timestamptz not null,
  until timestamptz,
  granted_by text not null,
  ended_by text,
  primary key (zone_id, id),
  foreign key (zone_id, account_id) references party (zone_id, id),
  foreign key (zone_id, party_id) references party (zone_id, id),
  check (until is null or until >= since)
);
create unique index membership_held on membership (zone_id, account_id, role, coalesce(party_id, '')) where until is null;
create index membership_of_party on membership (zone_id, party_id, role) where until is null;
create index membership_of_role on membership (zone_id, role) where until is null;
