-- What a task was opened with is never looked into by a filter: as json it goes in and out as the text it is.
alter table process_task alter column data type json using data::json;
