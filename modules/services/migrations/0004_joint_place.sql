-- 多地联办: some items of an application are decided by departments of another place; each place has a package of its own.
alter table service_application drop constraint service_application_mode_check;
alter table service_application add constraint service_application_mode_check
  check (mode in ('online', 'window', 'cross_region', 'joint'));

-- The place that decides the item; null: where the lead is.
alter table item_case add column place text;

-- Empty for a package that one window took in for another authority.
alter table cross_region_package add column place text not null default '';
alter table cross_region_package add column items text[] not null default '{}';
alter table cross_region_package add column department_ids text[] not null default '{}';
drop index cross_region_package_application;
create unique index cross_region_package_application on cross_region_package (zone_id, application_id, place);
