-- Lists of accounts go by book and code. No column of it changes when something is booked, so that bookings stay in their page.
create index ledger_account_listed on ledger_account (zone_id, book_id, code, id);
-- A trial balance reads what was booked after its day, the end of a period what was booked in it. Days come in their order, so that a
-- summary of blocks finds them and costs a booking nothing; a tree that began with the zone would also lure every join of a small ledger.
create index ledger_transfer_day on ledger_transfer using brin (on_day) with (autosummarize = on);
