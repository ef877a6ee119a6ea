-- Money 资金: what became of a settlement: payments 付款, their batches and bank files, what the bank answered, statements 对账单, invoice requests 开票申请.

-- What had been paid before and was set off against the settlement.
alter table freight_settlement add column set_off_fen bigint not null default 0 check (set_off_fen >= 0);

create trigger freight_terms_kept before update or delete or truncate on freight_terms
  for each statement execute function forbid_change();

-- The account that the platform pays from.
create table freight_payer (
  zone_id text not null primary key,
  holder text not null check (char_length(holder) between 1 and 140),
  bank_code text not null,
  account_number text not null check (account_number ~ '^[0-9]{8,32}$'),
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1
);

-- Payments that go to the bank in one file 付款批次. One person prepares, another approves.
create table freight_payment_batch (
  zone_id text not null,
  id uuid not null,
  number text not null check (char_length(number) between 1 and 35),
  state text not null check (state in ('prepared', 'approved', 'rejected', 'sent')),
  payments integer not null check (payments between 1 and 500),
  sum_fen bigint not null check (sum_fen between 1 and 9007199254740991),
  -- As the payer was when it was prepared.
  payer_holder text not null,
  payer_bank_code text not null,
  payer_account text not null,
  prepared_at timestamptz not null,
  prepared_by_id text not null,
  prepared_by text not null,
  approved_at timestamptz,
  approved_by_id text,
  approved_by text,
  rejected_why text,
  sent_at timestamptz,
  sent_by text,
  -- SHA-256 of the file that the bank was given.
  file_sha256 text,
  rev integer not null default 1,
  primary key (zone_id, id),
  check ((approved_at is null) = (approved_by_id is null)),
  check (approved_by_id is distinct from prepared_by_id),
  check ((state = 'sent') = (file_sha256 is not null))
);
create unique index freight_payment_batch_number on freight_payment_batch (zone_id, number);
create index freight_payment_batch_list on freight_payment_batch (zone_id, prepared_at desc, id);

-- One line of what a carrier is paid for one waybill. Version 0: an advance, before there is a settlement.
create table freight_payment (
  zone_id text not null,
  id uuid not null,
  waybill_id uuid not null,
  version integer not null check (version >= 0),
  line text not null check (char_length(line) between 1 and 80),
  -- A payment that failed or came back is tried again as another row.
  attempt integer not null default 1 check (attempt > 0),
  carrier_id text not null,
  amount_fen bigint not null check (amount_fen between 1 and 9007199254740991),
  -- By the bank, or out of a wallet that the platform has filled.
  means text not null check (means in ('bank', 'wallet')),
  state text not null check (state in ('due', 'prepared', 'approved', 'sent', 'done', 'failed', 'returned', 'cancelled')),
  batch_id uuid,
  -- The account for payment as it was when the batch was prepared.
  payee_id text,
  payee_holder text,
  payee_bank_code text,
  payee_account text,
  bank_serial text check (char_length(bank_serial) between 1 and 50),
  done_at timestamptz,
  -- The bank's reason.
  failed_why text,
  journal_id uuid,
  created_at timestamptz not null,
  created_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, waybill_id) references freight_waybill (zone_id, id),
  foreign key (zone_id, batch_id) references freight_payment_batch (zone_id, id),
  check (state not in ('prepared', 'approved', 'sent') or (batch_id is not null and payee_account is not null)),
  check (state not in ('done', 'returned') or (done_at is not null and journal_id is not null)),
  check (state not in ('done', 'returned') or means = 'wallet' or bank_serial is not null)
);
create unique index freight_payment_line on freight_payment (zone_id, waybill_id, version, line, attempt);
create unique index freight_payment_serial on freight_payment (zone_id, bank_serial) where bank_serial is not null;
create index freight_payment_due on freight_payment (zone_id, created_at, id) where state = 'due';
create index freight_payment_batch_of on freight_payment (zone_id, batch_id, id) where batch_id is not null;
create index freight_payment_list on freight_payment (zone_id, created_at desc, id);
create index freight_payment_carrier on freight_payment (zone_id, carrier_id, created_at desc, id);
create index freight_payment_done on freight_payment (zone_id, done_at, id) where state = 'done';

-- What the bank answered 银行回单: one message, once.
create table freight_bank_report (
  zone_id text not null,
  id uuid not null,
  kind text not null check (kind in ('pain.002', 'camt.054')),
  message_id text not null,
  sha256 text not null,
  entries integer not null,
  refused integer not null,
  received_at timestamptz not null,
  received_by text not null,
  primary key (zone_id, id)
);
-- A message is taken once; one with refusals may be read again when what they wait for has come.
create unique index freight_bank_report_once on freight_bank_report (zone_id, sha256) where refused = 0;
create index freight_bank_report_list on freight_bank_report (zone_id, received_at desc, id);

create table freight_bank_entry (
  zone_id text not null,
  report_id uuid not null,
  place integer not null check (place > 0),
  -- As the bank names the payment.
  end_to_end_id text not null,
  payment_id uuid,
  says text not null check (says in ('accepted', 'failed', 'done', 'returned')),
  amount_fen bigint,
  bank_serial text,
  reason text,
  outcome text not null check (outcome in ('taken', 'repeated', 'refused')),
  rule text check ((outcome = 'refused') = (rule is not null)),
  primary key (zone_id, report_id, place),
  foreign key (zone_id, report_id) references freight_bank_report (zone_id, id)
);
create index freight_bank_entry_payment on freight_bank_entry (zone_id, payment_id) where payment_id is not null;

-- Statement of a shipper 对账单: the days are over, so what it says stays so.
create table freight_statement (
  zone_id text not null,
  id uuid not null,
  number text not null check (char_length(number) between 1 and 35),
  shipper_id text not null,
  from_day date not null,
  until_day date not null,
  opening_fen bigint not null,
  billed_fen bigint not null,
  net_fen bigint not null,
  tax_fen bigint not null,
  closing_fen bigint not null,
  lines integer not null check (lines between 0 and 5000),
  sha256 text not null,
  state text not null default 'issued' check (state in ('issued', 'confirmed')),
  issued_at timestamptz not null,
  issued_by text not null,
  confirmed_at timestamptz,
  confirmed_by text,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, shipper_id) references party (zone_id, id),
  check (from_day <= until_day),
  check (net_fen + tax_fen = billed_fen),
  check (opening_fen + billed_fen = closing_fen),
  check ((state = 'confirmed') = (confirmed_at is not null))
);
create unique index freight_statement_number on freight_statement (zone_id, number);
create index freight_statement_shipper on freight_statement (zone_id, shipper_id, until_day);

create table freight_statement_line (
  zone_id text not null,
  statement_id uuid not null,
  place integer not null check (place > 0),
  day date not null,
  waybill_id uuid not null,
  version integer not null,
  -- 'settlement', or 'reversal': what was billed before is taken back.
  kind text not null check (kind in ('settlement', 'reversal')),
  amount_fen bigint not null,
  net_fen bigint not null,
  tax_fen bigint not null,
  primary key (zone_id, statement_id, place),
  foreign key (zone_id, statement_id) references freight_statement (zone_id, id),
  check (net_fen + tax_fen = amount_fen)
);

create table freight_invoice_request (
  zone_id text not null,
  id uuid not null,
  statement_id uuid not null,
  title text not null check (char_length(title) between 1 and 140),
  tax_number text not null check (char_length(tax_number) between 1 and 20),
  -- [{ name, vatBp, netFen, taxFen }]
  lines jsonb not null,
  net_fen bigint not null check (net_fen >= 0),
  tax_fen bigint not null check (tax_fen >= 0),
  requested_at timestamptz not null,
  requested_by text not null,
  primary key (zone_id, id),
  foreign key (zone_id, statement_id) references freight_statement (zone_id, id)
);
create index freight_invoice_request_of on freight_invoice_request (zone_id, statement_id, requested_at);
create index freight_settlement_list on freight_settlement (zone_id, created_at desc, waybill_id desc) where reversal_id is null;
