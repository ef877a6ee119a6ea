-- encrypted: nobody here can read it · place: no place on earth · unread: a part of it cannot be read · other: says what no reading holds
alter table telemetry_frame drop constraint telemetry_frame_why_check;
alter table telemetry_frame add constraint telemetry_frame_why_check check (why in
  ('stranger', 'password', 'text', 'revised', 'time', 'room', 'encrypted', 'place', 'unread', 'other'));
