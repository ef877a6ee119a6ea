-- What a picture looks like, see look.ts; null for what is no picture, or shows too little to be told from others.
alter table file add column look bit(256);
