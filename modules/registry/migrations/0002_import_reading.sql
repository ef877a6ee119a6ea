-- A large file is read while its sender waits for nothing: the import exists from the moment of its upload.
alter table enterprise_import drop constraint enterprise_import_state_check;
alter table enterprise_import add constraint enterprise_import_state_check
  check (state in ('reading', 'previewed', 'running', 'committed', 'failed'));
