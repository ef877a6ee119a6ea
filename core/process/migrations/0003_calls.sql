-- A called process knows the token that waits for it; one child a token.
alter table process_instance add column parent_instance_id uuid;
alter table process_instance add column parent_token_id uuid;
create unique index process_instance_parent on process_instance (zone_id, parent_instance_id, parent_token_id)
  where parent_instance_id is not null;
