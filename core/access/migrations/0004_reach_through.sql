-- Party and relation as one text: the predicate asks for a list of them, and the planner then knows from its statistics whether a
-- party reaches fifty objects (start here) or every fourth (walk the list in its order). It takes the place of reach_of_party.
create index reach_through on reach (zone_id, object_kind, (party_id || ' ' || relation), object_id);
drop index reach_of_party;
