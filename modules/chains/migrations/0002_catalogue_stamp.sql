-- Whoever keeps the catalogue in memory asks whether it is still this one. A version that was rolled back is given again; a stamp is not.
alter table chain_catalogue add column stamp uuid not null default gen_random_uuid();
