-- Each material is judged on its own 合格、不合格, and a judgement belongs to the copy that was looked at.
alter table material_copy add column version integer not null default 1 check (version >= 1);

create table material_judgement (
  zone_id text not null,
  id uuid not null,
  application_id uuid not null,
  -- Null: at the check; else the item whose department judged.
  item_case_id uuid,
  material text not null,
  -- Which copy: `copy:<version>` of what was handed in, `held:<source>@<day>` of what the zone holds.
  mark text not null,
  qualified boolean not null,
  reason_code text,
  reason text not null default '',
  judged_at timestamptz not null,
  judged_by text not null,
  judged_by_name text not null,
  primary key (zone_id, id),
  foreign key (zone_id, application_id) references service_application (zone_id, id),
  check (qualified or reason_code is not null or reason <> '')
);
create index material_judgement_application on material_judgement (zone_id, application_id, material, judged_at, id);
create index material_judgement_at on material_judgement (zone_id, judged_at);

-- The reasons that an officer may choose from; the words are the zone's own.
create table judgement_reason (
  zone_id text not null,
  code text not null check (code ~ '^[a-z][a-z0-9_]{0,59}$'),
  name_zh text not null,
  name_en text not null,
  place integer not null,
  state text not null check (state in ('open', 'closed')),
  source text not null,
  edited_at timestamptz not null,
  edited_by text not null,
  rev integer not null default 1,
  primary key (zone_id, code)
);
