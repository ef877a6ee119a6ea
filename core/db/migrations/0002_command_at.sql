-- Nobody looks for commands by their time.
drop index command_at;
