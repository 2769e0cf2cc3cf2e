-- Nights, their changes, what they slept on, vetoes, refusals, answers and leases.

-- add night --
insert into night (id, namespace, kind, state, started, zone, report) values (?, ?, ?, ?, ?, ?, ?)
on conflict (namespace, id) do update set state = iif(state in ('undone', 'sealed'), state, excluded.state)

-- night --
select no, id, kind, state, started, zone, report, namespace, seal from night where namespace = ? and id = ?

-- nights --
select no, id, kind, state, started, zone, report, namespace, seal from night where namespace = ? order by no

-- mark undone --
update night set state = 'undone' where no = ?

-- finish night --
update night set state = iif(state in ('undone', 'sealed'), state, ?), report = ? where no = ?

-- changes --
select night, seq, row, before, after, reason, seal from change where night = ? order by seq

-- last change --
select coalesce(max(seq), 0) from change where night = ?

-- add change --
insert into change (night, seq, row, before, after, reason) values (?, ?, ?, ?, ?, ?)

-- add slept --
insert or ignore into slept (night, turn) values (?, ?)

-- slept --
select s.turn from slept s join turn t on t.no = s.turn
 where s.night = ? and t.revised_by is null order by s.turn

-- drop slept --
delete from slept where night = ?

-- later changes --
select n.id, n.state from change c join night n on n.no = c.night
 where n.namespace = ? and c.row = ? and c.night > ? and n.state in ('promoted', 'interrupted', 'sealed')
 order by c.night desc limit 1

-- add veto --
insert or ignore into veto (namespace, key) values (?, ?)

-- vetoes --
select namespace, key, seal from veto where namespace = ?

-- add refusal --
insert or ignore into refusal (namespace, digest) values (?, ?)

-- find refusal --
select 1 from refusal where namespace = ? and digest = ?

-- answer --
select namespace, question, answer, seal from answer where namespace = ? and question = ?

-- put answer --
insert or replace into answer (namespace, question, answer) values (?, ?, ?)

-- drop answers --
delete from answer where namespace = ?

-- take lease --
insert into lease (name, holder, until) values (?, ?, ?)
on conflict (name) do update set holder = excluded.holder, until = excluded.until
   where lease.holder = excluded.holder or lease.until <= ? returning holder

-- lease holder --
select holder from lease where name = ?

-- release lease --
delete from lease where name = ? and holder = ?
