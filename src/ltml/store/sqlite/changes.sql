-- Verdicts, memories, evidence and fold keys: the rows that nights change.

-- turn by id --
select no, text, revised_by from turn where namespace = ? and id = ?

-- verdict of number --
select v.turn, t.id, v.namespace, v.keep, v.kind, v.reason, v.salience, v.tier, v.dates, v.seal
  from verdict v join turn t on t.no = v.turn where v.turn = ?

-- verdict --
select v.turn, t.id, v.namespace, v.keep, v.kind, v.reason, v.salience, v.tier, v.dates, v.seal
  from verdict v join turn t on t.no = v.turn where t.namespace = ? and t.id = ?

-- verdicts --
select v.turn, t.id, v.namespace, v.keep, v.kind, v.reason, v.salience, v.tier, v.dates, v.seal
  from verdict v join turn t on t.no = v.turn where v.namespace = ? order by v.turn

-- verdicts by turn --
select v.turn, t.id, v.namespace, v.keep, v.kind, v.reason, v.salience, v.tier, v.dates, v.seal
  from verdict v join turn t on t.no = v.turn
 where v.namespace = ? and t.id in (select value from json_each(?)) order by v.turn

-- put verdict --
insert into verdict (turn, namespace, keep, kind, reason, salience, tier, dates) values (?, ?, ?, ?, ?, ?, ?, ?)
on conflict do update set keep = excluded.keep, kind = excluded.kind, reason = excluded.reason,
   salience = excluded.salience, tier = excluded.tier, dates = excluded.dates

-- drop verdict --
delete from verdict where turn = ?

-- memory --
select no, body, id, namespace, learned_at, tier, seal
  from memory where namespace = ? and id = ?

-- memories --
select no, body, id, namespace, learned_at, tier, seal
  from memory where namespace = ? order by learned_at, id

-- memories by id --
select no, body, id, namespace, learned_at, tier, seal
  from memory where namespace = ? and id in (select value from json_each(?)) order by learned_at, id

-- add memory --
insert into memory (id, namespace, learned_at, tier, body) values (?, ?, ?, ?, ?) returning no

-- put memory --
update memory set learned_at = ?, tier = ?, body = ? where no = ?

-- drop memory --
delete from memory where no = ?

-- add evidence --
insert or ignore into evidence (turn, memory) values (?, ?)

-- drop evidence --
delete from evidence where memory = ? and turn = ?

-- memories citing turn --
select m.no, m.body, m.id, m.namespace, m.learned_at, m.tier, m.seal
  from evidence e join memory m on m.no = e.memory where e.turn = ? and m.namespace = ?

-- add fold key --
insert or ignore into fold (namespace, key, document) values (?, ?, ?)

-- drop fold key --
delete from fold where namespace = ? and key = ? and document = ?
