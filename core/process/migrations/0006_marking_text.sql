-- The marking goes in and out at every step as the text it is, as variables and visits do; the few statements that look into
-- it, for a list or a check, take it apart then.
alter table process_instance alter column marking type json using marking::json;
