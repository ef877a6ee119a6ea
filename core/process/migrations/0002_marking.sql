-- An instance is one row: its marking (scopes, tokens, open tasks, timers, subscriptions) is read and written whole at every
-- step, so it lies with the instance. What others look for keeps rows: tasks that wait for people, timers that are armed,
-- messages that are waited for.
alter table process_instance add column marking jsonb;
update process_instance i set marking = jsonb_build_object(
  'scopes', coalesce((select jsonb_agg(p.data order by p.id) from process_scope p
    where p.zone_id = i.zone_id and p.instance_id = i.id), '[]'),
  'tokens', coalesce((select jsonb_agg(p.data order by p.id) from process_token p
    where p.zone_id = i.zone_id and p.instance_id = i.id), '[]'),
  'tasks', coalesce((select jsonb_agg(p.data order by p.id) from process_task p
    where p.zone_id = i.zone_id and p.instance_id = i.id and p.state = 'open'), '[]'),
  'timers', coalesce((select jsonb_agg(p.data order by p.id) from process_timer p
    where p.zone_id = i.zone_id and p.instance_id = i.id), '[]'),
  'subscriptions', coalesce((select jsonb_agg(p.data order by p.id) from process_subscription p
    where p.zone_id = i.zone_id and p.instance_id = i.id), '[]'));
alter table process_instance alter column marking set not null;
-- Read whole and written whole: kept in its row and not compressed up to a page, with room for the next version beside it.
alter table process_instance set (toast_tuple_target = 8160, fillfactor = 50);
drop index process_instance_stuck;
create index process_instance_stuck on process_instance (zone_id, id) where status = 'failed';

drop table process_scope;
drop table process_token;
delete from process_timer where due_at is null;
alter table process_timer alter column due_at set not null;
alter table process_timer drop column data;
alter table process_subscription drop column data;
