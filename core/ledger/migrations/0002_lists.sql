-- Lists of accounts go by book and code. No column of it changes when something is booked, so that bookings stay in their page.
create index ledger_account_listed on ledger_account (zone_id, book_id, code, id);
-- A trial balance reads what was booked after its day, the end of a period what was booked in it; entries come at its end.
create index ledger_transfer_day on ledger_transfer (zone_id, book_id, on_day, seq);
