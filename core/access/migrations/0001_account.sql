-- Who may sign in. `account` is the user table of better-auth, its id is that of the account's person party. Columns that
-- better-auth writes carry its names in snake case; see auth.ts for the mapping.
create table account (
  zone_id text not null,
  id text not null,
  kind text not null default 'person' check (kind in ('person', 'machine')),
  username text not null,
  name text not null,
  -- Unique text that better-auth asks for; '<id>@account.invalid' (RFC 2606) where there is no address.
  email text not null,
  email_verified boolean not null default false,
  image text,
  lang text not null default 'zh-CN' check (lang in ('zh-CN', 'en')),
  state text not null default 'open' check (state in ('open', 'closed')),
  two_factor_enabled boolean not null default false,
  synthetic boolean not null default false,
  demo boolean not null default false,
  rev integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (zone_id, id),
  unique (zone_id, username),
  unique (zone_id, email),
  foreign key (zone_id, id) references party (zone_id, id)
);
-- better-auth looks accounts up without the zone.
create index account_by_id on account (id);
create index account_by_username on account (username);
create index account_by_email on account (email);
create index account_list on account (zone_id, name, id);

create table account_credential (
  zone_id text not null,
  id text not null,
  account_id text not null,
  provider_id text not null,
  user_id text not null,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  password text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (zone_id, id),
  unique (zone_id, provider_id, account_id),
  foreign key (zone_id, user_id) references account (zone_id, id)
);
create index account_credential_by_user on account_credential (user_id, provider_id);

create table account_session (
  zone_id text not null,
  id text not null,
  user_id text not null,
  token text not null,
  expires_at timestamptz not null,
  ip_address text,
  user_agent text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (zone_id, id),
  unique (zone_id, token),
  foreign key (zone_id, user_id) references account (zone_id, id)
);
create index account_session_by_token on account_session (token);
create index account_session_by_user on account_session (user_id);
create index account_session_old on account_session (expires_at);

create table account_verification (
  zone_id text not null,
  id text not null,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (zone_id, id)
);
create index account_verification_by_identifier on account_verification (identifier);

-- One row an account that uses a one-time-code app; written by better-auth, which knows no zone here.
create table account_totp (
  id text not null primary key,
  user_id text not null unique,
  secret text not null,
  backup_codes text not null,
  verified boolean not null default true,
  failed_verification_count integer not null default 0,
  locked_until timestamptz
);

-- Wrong passwords by user name and by address; rows, so that a restart forgives nothing.
create table sign_in_guard (
  zone_id text not null,
  subject text not null,
  failures integer not null,
  window_since timestamptz not null,
  locked_until timestamptz,
  primary key (zone_id, subject)
);
create index sign_in_guard_old on sign_in_guard (window_since);

-- Credentials of machines. Only the hash of a key is kept.
create table api_key (
  zone_id text not null,
  id text not null,
  account_id text not null,
  name text not null,
  key_sha256 text not null,
  -- First characters, to tell keys apart on screen.
  hint text not null,
  -- Narrows the account's roles; null: all of them.
  roles text[],
  created_at timestamptz not null,
  created_by text not null,
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  revoked_by text,
  primary key (zone_id, id),
  unique (zone_id, key_sha256),
  foreign key (zone_id, account_id) references account (zone_id, id)
);
create index api_key_of_account on api_key (zone_id, account_id);

-- Links that work once: the first administrator, invitations, new passwords. Only the hash of a token is kept.
create table one_time_link (
  zone_id text not null,
  id text not null,
  purpose text not null check (purpose in ('setup', 'invitation', 'password_reset')),
  token_sha256 text not null,
  account_id text,
  role text,
  party_id text,
  created_at timestamptz not null,
  created_by text not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  primary key (zone_id, id),
  unique (zone_id, token_sha256),
  foreign key (zone_id, account_id) references account (zone_id, id),
  foreign key (zone_id, party_id) references party (zone_id, id)
);

create table access_setting (
  zone_id text not null primary key,
  totp_for_staff boolean not null default false,
  rev integer not null default 1,
  updated_at timestamptz not null,
  updated_by text not null
);
