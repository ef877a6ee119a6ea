-- An instance is read and written whole at every step. Its variables and visits are never looked into by SQL: as json they go
-- in and out as the text they are. A page for each instance: its next version finds room beside it (HOT), so that no index is
-- written and the table does not grow by a page with every other step.
alter table process_instance
  alter column vars type json using vars::json,
  alter column visited drop default,
  alter column visited type json using visited::json,
  alter column visited set default '{}';
alter table process_instance set (fillfactor = 10);

-- Most tasks are nobody's until they are taken.
drop index process_task_assignee;
create index process_task_assignee on process_task (zone_id, assignee_id, due_at) where state = 'open' and assignee_id is not null;
