-- Two-way referral 双向转诊: institutions, their signed pairs, orders that travel between them (casework.md §12, referral).

create table referral_institution (
  zone_id text not null,
  -- The id of its party.
  id text not null,
  kind text not null check (kind in ('care_home', 'hospital')),
  name text not null check (char_length(name) between 1 and 120),
  phone text not null default '',
  state text not null default 'open' check (state in ('open', 'closed')),
  synthetic boolean not null default false,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id)
);
create index referral_institution_name on referral_institution (zone_id, name, id);

create table referral_agreement (
  zone_id text not null,
  id uuid not null,
  home_id text not null,
  hospital_id text not null,
  -- Where the hospital stands in the home's list, and the home in the hospital's: 1 is asked first.
  priority_up integer not null check (priority_up between 1 and 999),
  priority_down integer not null check (priority_down between 1 and 999),
  valid_from date not null,
  valid_to date,
  note text not null default '',
  state text not null default 'active' check (state in ('active', 'ended')),
  synthetic boolean not null default false,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, home_id) references referral_institution (zone_id, id),
  foreign key (zone_id, hospital_id) references referral_institution (zone_id, id),
  check (valid_to is null or valid_to >= valid_from)
);
-- One agreement a pair at a time.
create unique index referral_agreement_pair on referral_agreement (zone_id, home_id, hospital_id) where state = 'active';
create index referral_agreement_hospital on referral_agreement (zone_id, hospital_id) where state = 'active';

-- Clocks, checklist and reasons for declining; each edit is a new version, an order keeps the one it began with.
create table referral_rule (
  zone_id text not null,
  version integer not null check (version > 0),
  rules jsonb not null,
  changed_at timestamptz not null,
  changed_by text not null,
  why text not null,
  primary key (zone_id, version)
);

-- Numbers of the day without a queue: a sequence draws; `base` is where it stood before the day's first draw.
create table referral_number (
  zone_id text not null,
  day date not null,
  base bigint not null,
  primary key (zone_id, day)
);
create sequence referral_number_drawn;

create function draw_referral_number(p_zone text, p_day date) returns bigint language plpgsql as $$
declare
  v_drawn bigint;
  v_base bigint;
begin
  loop
    v_drawn := nextval('referral_number_drawn');
    select n.base into v_base from referral_number n where n.zone_id = p_zone and n.day = p_day;
    if v_base is null then
      insert into referral_number (zone_id, day, base) values (p_zone, p_day, v_drawn - 1) on conflict do nothing;
      select n.base into v_base from referral_number n where n.zone_id = p_zone and n.day = p_day;
    end if;
    -- Two that open a day at once: the one that drew first but came second draws again.
    exit when v_drawn > v_base;
  end loop;
  if v_drawn - v_base > 9999 then
    raise exception 'more than 9999 referrals on %', p_day using errcode = 'check_violation';
  end if;
  return v_drawn - v_base;
end $$;

-- The order as it travels in lists: a code, two institutions, a state. Nothing here says anything about the patient.
create table referral (
  zone_id text not null,
  id uuid not null,
  code text not null,
  direction text not null check (direction in ('up', 'down')),
  urgency text not null check (urgency in ('emergency', 'urgent', 'planned')),
  state text not null,
  from_id text not null,
  -- Who is asked, or who took it.
  target_id text,
  -- The order whose patient this one brings back.
  return_of uuid,
  raised_by text not null,
  rule_version integer not null,
  instance_id uuid not null,
  consent boolean not null,
  consent_scope text[] not null,
  bed text,
  ready_at timestamptz,
  transport text not null default '',
  due_at timestamptz,
  next_step text,
  holder_id text,
  accepted_at timestamptz,
  departed_at timestamptz,
  arrived_at timestamptz,
  -- Papers of the checklist that the receiver did not find; null before the arrival.
  papers_missing text[],
  care_ended_at timestamptz,
  care_end text check (care_end in ('returned', 'concluded')),
  end_reason text not null default '',
  closed_at timestamptz,
  synthetic boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, from_id) references referral_institution (zone_id, id),
  foreign key (zone_id, return_of) references referral (zone_id, id)
);
create unique index referral_code on referral (zone_id, code);
create index referral_list on referral (zone_id, created_at desc, id desc);
create index referral_return_of on referral (zone_id, return_of) where return_of is not null;
-- The row predicate of core/access names objects by text.
create index referral_text_id on referral (zone_id, (id::text));

-- The clinical part, apart: every read of it is logged.
create table referral_clinical (
  zone_id text not null,
  order_id uuid not null,
  patient_code text not null check (patient_code ~ '^[A-Za-z0-9-]{2,20}$'),
  birth_year integer not null check (birth_year between 1880 and 2200),
  reason text not null check (char_length(reason) between 1 and 500),
  condition text not null check (char_length(condition) between 1 and 4000),
  ability_level integer not null check (ability_level between 0 and 4),
  needs text[] not null,
  needs_words text not null default '',
  care_summary text,
  follow_up_result text,
  follow_up_words text,
  primary key (zone_id, order_id),
  foreign key (zone_id, order_id) references referral (zone_id, id)
);

create table referral_read (
  zone_id text not null,
  id uuid not null,
  order_id uuid not null,
  at timestamptz not null,
  account_id text not null,
  account_name text not null,
  -- The institution for which it was read; null: the coordinator.
  institution_id text,
  why text not null,
  words text not null default '',
  primary key (zone_id, id),
  foreign key (zone_id, order_id) references referral (zone_id, id)
);
create index referral_read_order on referral_read (zone_id, order_id, at);

create table referral_offer (
  zone_id text not null,
  order_id uuid not null,
  number integer not null,
  institution_id text not null,
  -- Null when the coordinator named an institution outside the list.
  agreement_id uuid,
  sent_at timestamptz not null,
  due_at timestamptz,
  answer text check (answer in ('accepted', 'declined', 'expired', 'withdrawn')),
  answered_at timestamptz,
  answered_by text,
  reason text,
  words text not null default '',
  primary key (zone_id, order_id, number),
  foreign key (zone_id, order_id) references referral (zone_id, id),
  check ((answer is null) = (answered_at is null))
);
create unique index referral_offer_open on referral_offer (zone_id, order_id) where answer is null;
create index referral_offer_answered on referral_offer (zone_id, answered_at) where answer is not null;
create index referral_offer_institution on referral_offer (zone_id, institution_id, sent_at);

-- The checklist at the bedside, signed once by each side.
create table referral_signature (
  zone_id text not null,
  order_id uuid not null,
  side text not null check (side in ('hand_over', 'take_over')),
  at timestamptz not null,
  account_id text not null,
  account_name text not null,
  institution_id text not null,
  items text[] not null,
  words text not null default '',
  primary key (zone_id, order_id, side),
  foreign key (zone_id, order_id) references referral (zone_id, id)
);
