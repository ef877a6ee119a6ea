-- The due time changes with nearly every move; whoever asks for what is overdue counts all open appeals as well.
drop index appeal_due;
