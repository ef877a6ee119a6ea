-- Nearly every move changes the state and the time of the last change. While no index names them, the next version of an appeal
-- finds room beside it (HOT) and no index is written; lists count all that a reader may see anyway.
drop index appeal_state;
drop index appeal_updated;
drop index appeal_owner;
create index appeal_owner on appeal (zone_id, owner_id);
alter table appeal set (fillfactor = 50);
