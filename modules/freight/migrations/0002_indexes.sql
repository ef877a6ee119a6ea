-- Papers of a holder are read also when they are withdrawn, relations of a driver also when they have ended.
create index freight_paper_subject on freight_paper (zone_id, subject_id, kind, valid_to);
drop index freight_paper_of;
create index freight_driving_driver on freight_driving (zone_id, driver_id, carrier_id);
