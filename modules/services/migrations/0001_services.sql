-- Integrated services 高效办成一件事 (casework.md §10–12): an application keeps the version of its one-thing for life; each item of it
-- is a case of its own.

create table one_thing (
  zone_id text not null,
  id uuid not null,
  code text not null,
  -- Null: a draft.
  version integer check (version >= 1),
  state text not null check (state in ('draft', 'published', 'retired')),
  body jsonb not null,
  process_key text not null,
  -- Its own drawing; null: the ordinary one.
  xml text,
  sha256 text not null,
  why text,
  edited_at timestamptz not null,
  edited_by text not null,
  published_at timestamptz,
  published_by text,
  rev integer not null default 1,
  primary key (zone_id, id),
  check ((state = 'draft') = (version is null))
);
create unique index one_thing_version on one_thing (zone_id, code, version) where version is not null;
create unique index one_thing_published on one_thing (zone_id, code) where state = 'published';
create unique index one_thing_draft on one_thing (zone_id, code) where state = 'draft';

create table service_item (
  zone_id text not null,
  code text not null check (code ~ '^[0-9]{12}$'),
  name_zh text not null,
  name_en text not null,
  department text not null,
  kind text not null check (kind in ('permit', 'confirmation', 'payment', 'public_service', 'utility')),
  level text not null,
  promised_days integer not null,
  legal_days integer not null,
  -- Folded names and code: what a person types is looked for inside.
  search text not null,
  synthetic boolean not null default false,
  primary key (zone_id, code)
);
create index service_item_department on service_item (zone_id, department, code);
create index service_item_kind on service_item (zone_id, kind, code);

create sequence service_application_number;

create table service_application (
  zone_id text not null,
  id uuid not null,
  no text,
  one_thing_id uuid not null,
  one_thing text not null,
  version integer not null,
  state text not null check (state in ('draft', 'check', 'correction', 'not_accepted', 'running', 'concluded', 'delivered', 'archived', 'withdrawn')),
  acceptance text check (acceptance in ('accepted', 'tolerant', 'by_silence')),
  result text check (result in ('granted', 'partly_granted', 'not_granted')),
  mode text not null check (mode in ('online', 'window', 'cross_region')),
  target text not null check (target in ('enterprise', 'person')),
  enterprise_id text,
  -- The account of the applicant; null when a window took it in for somebody without one.
  applicant_account text,
  applicant_name text not null,
  raised_by text not null,
  visit_id uuid,
  package_id uuid,
  answers jsonb not null default '{}',
  field_values jsonb not null default '{}',
  prefilled jsonb not null default '[]',
  disputes jsonb not null default '[]',
  consents text[] not null default '{}',
  promise_given jsonb,
  deliver_by text not null default 'online' check (deliver_by in ('online', 'window', 'post')),
  post_to text not null default '',
  corrections integer not null default 0,
  refusal jsonb,
  received_at timestamptz,
  accepted_at timestamptz,
  concluded_at timestamptz,
  delivered_at timestamptz,
  -- The clock that shows: the check's until acceptance, the joint one after.
  due_at timestamptz,
  joint_due_at timestamptz,
  joint_days integer,
  sum_days integer,
  materials_needed integer,
  materials_asked integer,
  stars integer check (stars between 1 and 5),
  rating_words text not null default '',
  rated_at timestamptz,
  follow_up_id uuid,
  instance_id uuid,
  next_step text,
  next_roles text[] not null default '{}',
  next_party text,
  synthetic boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, one_thing_id) references one_thing (zone_id, id)
);
create unique index service_application_no on service_application (zone_id, no) where no is not null;
create index service_application_received on service_application (zone_id, (coalesce(received_at, created_at)) desc, id desc);
create index service_application_one_thing on service_application (zone_id, one_thing, state);
create index service_application_enterprise on service_application (zone_id, enterprise_id) where enterprise_id is not null;
create index service_application_text on service_application ((id::text));

create table item_case (
  zone_id text not null,
  id uuid not null,
  application_id uuid not null,
  code text not null,
  department text not null,
  department_id text,
  state text not null check (state in ('waiting', 'review', 'supplement', 'special', 'approval', 'granted', 'refused', 'cancelled', 'ended', 'revoked')),
  after_items text[] not null default '{}',
  automatic boolean not null default false,
  assignee_id text,
  reviewed_by text,
  promised_days integer not null,
  started_at timestamptz,
  due_at timestamptz,
  paused_at timestamptz,
  supplement_id uuid,
  specials jsonb not null default '[]',
  supervised_at timestamptz,
  decided_at timestamptz,
  decided_by text,
  decision_reason text,
  basis text,
  instance_id uuid,
  next_step text,
  next_roles text[] not null default '{}',
  next_party text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, application_id) references service_application (zone_id, id)
);
-- One case of an item an application, however often it is called.
create unique index item_case_item on item_case (zone_id, application_id, code);
create index item_case_department on item_case (zone_id, department_id, state);
create index item_case_created on item_case (zone_id, created_at desc, id desc);
create index item_case_text on item_case ((id::text));

create table material_copy (
  zone_id text not null,
  id uuid not null,
  application_id uuid not null,
  code text not null,
  how text not null check (how in ('handed_in', 'held', 'promised')),
  file_ids uuid[] not null default '{}',
  source text,
  as_of timestamptz,
  given_at timestamptz not null,
  given_by text not null,
  primary key (zone_id, id),
  foreign key (zone_id, application_id) references service_application (zone_id, id)
);
create unique index material_copy_material on material_copy (zone_id, application_id, code);

create table correction_list (
  zone_id text not null,
  application_id uuid not null,
  round integer not null check (round >= 1),
  asked_at timestamptz not null,
  asked_by text not null,
  asked_by_name text not null,
  head_reason text,
  asks jsonb not null,
  answered_at timestamptz,
  primary key (zone_id, application_id, round),
  check (round = 1 or head_reason is not null)
);

create table tolerance_promise (
  zone_id text not null,
  id uuid not null,
  application_id uuid not null,
  enterprise_id text,
  applicant_account text,
  applicant_name text not null,
  state text not null check (state in ('open', 'verifying', 'kept', 'broken', 'repaired', 'ended')),
  materials text[] not null,
  supplied text[] not null default '{}',
  working_days integer not null,
  consequence text not null,
  signed_by text not null,
  signed_at timestamptz not null,
  due_on date not null,
  due_at timestamptz not null,
  extended boolean not null default false,
  supplied_at timestamptz,
  reminded_at jsonb not null default '[]',
  ended_at timestamptz,
  instance_id uuid,
  next_step text,
  next_roles text[] not null default '{}',
  next_party text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, application_id) references service_application (zone_id, id)
);
create unique index tolerance_promise_application on tolerance_promise (zone_id, application_id);
create index tolerance_promise_enterprise on tolerance_promise (zone_id, enterprise_id, state);
create index tolerance_promise_account on tolerance_promise (zone_id, applicant_account, state);

create table service_supplement (
  zone_id text not null,
  id uuid not null,
  application_id uuid not null,
  day date not null,
  state text not null check (state in ('open', 'supplied', 'late')),
  due_at timestamptz,
  words text not null default '',
  supplied_at timestamptz,
  file_ids uuid[] not null default '{}',
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, application_id) references service_application (zone_id, id)
);
-- What several departments ask on one day is one list.
create unique index service_supplement_day on service_supplement (zone_id, application_id, day) where state = 'open';

create table supplement_ask (
  zone_id text not null,
  id uuid not null,
  supplement_id uuid not null,
  item_case_id uuid not null,
  material text,
  field text,
  words text not null,
  asked_at timestamptz not null,
  asked_by text not null,
  primary key (zone_id, id),
  foreign key (zone_id, supplement_id) references service_supplement (zone_id, id)
);
create index supplement_ask_list on supplement_ask (zone_id, supplement_id);
create index supplement_ask_item on supplement_ask (zone_id, item_case_id);

create table item_decision (
  zone_id text not null,
  id uuid not null,
  item_case_id uuid not null,
  decided_at timestamptz not null,
  -- A rule approves or leaves it to a person; it never refuses.
  outcome text not null check (outcome in ('approve', 'manual')),
  why text,
  decision_table text not null,
  table_sha256 text not null,
  inputs jsonb not null,
  evidence_sha256 text not null,
  accountable_id text not null,
  sampled boolean not null default false,
  judgement text check (judgement in ('right', 'wrong')),
  judged_at timestamptz,
  judged_by text,
  judged_reason text,
  primary key (zone_id, id),
  foreign key (zone_id, item_case_id) references item_case (zone_id, id)
);
create unique index item_decision_case on item_decision (zone_id, item_case_id);
create index item_decision_sampled on item_decision (zone_id, decided_at) where sampled and judgement is null;

create table certificate (
  zone_id text not null,
  id uuid not null,
  no text not null,
  application_id uuid not null,
  item_case_id uuid not null,
  name_zh text not null,
  name_en text not null,
  holder text not null,
  holder_kind text not null check (holder_kind in ('enterprise', 'person')),
  department text not null,
  lines jsonb not null,
  automatic boolean not null,
  issued_at timestamptz not null,
  state text not null check (state in ('valid', 'revoked')),
  revoked_at timestamptz,
  revoked_reason text,
  synthetic boolean not null default false,
  primary key (zone_id, id),
  foreign key (zone_id, item_case_id) references item_case (zone_id, id)
);
create unique index certificate_no on certificate (zone_id, no);
create unique index certificate_case on certificate (zone_id, item_case_id);
create index certificate_application on certificate (zone_id, application_id);

create table revocation (
  zone_id text not null,
  id uuid not null,
  application_id uuid not null,
  item_case_id uuid not null,
  department_id text,
  cause text not null check (cause in ('promise_broken', 'sample_wrong')),
  state text not null check (state in ('notice', 'hearing', 'decide', 'revoked', 'upheld', 'ended')),
  hearing_until timestamptz,
  hearing_minutes text,
  reason text,
  decided_at timestamptz,
  decided_by text,
  instance_id uuid,
  next_step text,
  next_roles text[] not null default '{}',
  next_party text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, item_case_id) references item_case (zone_id, id)
);
create unique index revocation_cause on revocation (zone_id, item_case_id, cause);
create index revocation_application on revocation (zone_id, application_id);

create table cross_region_package (
  zone_id text not null,
  id uuid not null,
  application_id uuid not null,
  receiving text not null,
  deciding text not null,
  receiver_account text not null,
  state text not null check (state in ('receive', 'answer', 'repair', 'decision', 'deliver', 'delivered', 'rejected', 'ended')),
  identity_by text,
  manifest jsonb,
  asks jsonb not null default '[]',
  sent_at timestamptz,
  answer_due_at timestamptz,
  told_at timestamptz,
  received_at timestamptz,
  reason text,
  instance_id uuid,
  next_step text,
  next_roles text[] not null default '{}',
  next_party text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, application_id) references service_application (zone_id, id)
);
create unique index cross_region_package_application on cross_region_package (zone_id, application_id);
create index cross_region_package_created on cross_region_package (zone_id, created_at desc, id desc);
create index cross_region_package_text on cross_region_package ((id::text));

-- Who asked whom for what, why, with whose consent. The answer is not kept, only its hash.
create table data_request (
  zone_id text not null,
  id uuid not null,
  application_id uuid,
  item_case_id uuid,
  service_id text not null,
  requester_id text not null,
  requester_name text not null,
  purpose text not null,
  consent_id text,
  asked_at timestamptz not null,
  answered_at timestamptz,
  response_sha256 text,
  used boolean not null default false,
  failure text,
  primary key (zone_id, id)
);
create index data_request_asked on data_request (zone_id, asked_at desc, id desc);
create index data_request_application on data_request (zone_id, application_id);

-- What departments laid down for others to ask 数据共享: looked up, logged as a data request, never copied.
create table shared_fact (
  zone_id text not null,
  service_id text not null,
  -- enterprise:<id>, account:<id> or person:<sha256 of the identity number>.
  subject text not null,
  value jsonb not null,
  as_of date not null,
  valid_to date,
  synthetic boolean not null default false,
  laid_down_at timestamptz not null,
  laid_down_by text not null,
  primary key (zone_id, service_id, subject)
);

create table window_visit (
  zone_id text not null,
  id uuid not null,
  purpose text not null check (purpose in ('consult', 'apply', 'deliver')),
  officer_id text not null,
  officer_name text not null,
  application_id uuid,
  started_at timestamptz not null,
  ended_at timestamptz,
  rev integer not null default 1,
  primary key (zone_id, id)
);
create index window_visit_open on window_visit (zone_id, officer_id) where ended_at is null;
create index window_visit_started on window_visit (zone_id, started_at);

-- What an administrator may set; invented defaults until somebody does.
create table service_setting (
  zone_id text not null,
  tolerance_days_max integer not null default 10 check (tolerance_days_max between 1 and 60),
  sampled_share double precision not null default 0.05 check (sampled_share between 0 and 1),
  supplement_days integer not null default 5 check (supplement_days between 1 and 60),
  hearing_days integer not null default 3 check (hearing_days between 1 and 60),
  -- Decides which automatic approvals a person looks at again; secret, drawn once.
  sample_seed text not null,
  primary key (zone_id)
);
