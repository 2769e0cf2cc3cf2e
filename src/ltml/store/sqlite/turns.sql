-- Turns, their chain, namespaces, and which turns are new.

-- namespace --
select id from namespace where name = ?

-- namespaces --
select name from namespace order by name

-- add namespace --
insert into namespace (name) values (?) on conflict (name) do update set name = name returning id

-- all namespaces --
select id, name from namespace order by id

-- known turns --
select id, text, interrupted from turn where namespace = ? and id in (select value from json_each(?))

-- latest of ref --
select no, text from turn where namespace = ? and session = ? and ref = ? and revised_by is null

-- add turn --
insert into turn (id, namespace, session, role, speaker, ref, origin, at, zone, text, interrupted, revised_by, salt)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning no

-- supersede turn --
update turn set revised_by = ? where no = ?

-- restore turn --
update turn set revised_by = null where no = ?

-- last link --
select link from chain order by no desc limit 1

-- add link --
insert into chain (no, record, link) values (?, ?, ?)

-- add new --
insert or ignore into new_turn (namespace, no) values (?, ?)

-- drop new --
delete from new_turn where namespace = ? and no = ?

-- all turns --
select t.no, t.id, t.session, t.role, t.speaker, t.ref, t.origin, t.at, t.zone, t.text, t.interrupted,
       t.revised_by is not null, t.salt, c.record
  from turn t left join chain c on c.no = t.no
 where t.namespace = ? order by t.at, t.no

-- turns of session --
select t.no, t.id, t.session, t.role, t.speaker, t.ref, t.origin, t.at, t.zone, t.text, t.interrupted,
       t.revised_by is not null, t.salt, c.record
  from turn t left join chain c on c.no = t.no
 where t.namespace = ? and t.session = ? order by t.at, t.no

-- turns by id --
select t.no, t.id, t.session, t.role, t.speaker, t.ref, t.origin, t.at, t.zone, t.text, t.interrupted,
       t.revised_by is not null, t.salt, c.record
  from turn t left join chain c on c.no = t.no
 where t.namespace = ? and t.id in (select value from json_each(?)) order by t.at, t.no

-- all revisions --
select t.no, t.id, t.session, t.role, t.speaker, t.ref, t.origin, t.at, t.zone, t.text, t.interrupted,
       t.revised_by is not null, t.salt, c.record
  from turn t left join chain c on c.no = t.no
 where t.namespace = ? order by t.no

-- every turn --
select t.no, t.id, t.session, t.role, t.speaker, t.ref, t.origin, t.at, t.zone, t.text, t.interrupted,
       t.revised_by is not null, t.salt,
       c.record, t.namespace, n.name
  from turn t left join namespace n on n.id = t.namespace left join chain c on c.no = t.no order by t.no

-- existing turn ids --
select id from turn where namespace = ? and id in (select value from json_each(?))

-- active turns by id --
select no, text from turn
 where namespace = ? and id in (select value from json_each(?)) and revised_by is null order by no

-- restorable turns --
select t.no, t.text, not exists (select 1 from slept s where s.turn = t.no) from turn t
 where t.namespace = ? and t.id in (select value from json_each(?)) and t.revised_by = 0
   and (t.ref = '' or not exists (
       select 1 from turn o where o.namespace = t.namespace and o.session = t.session and o.ref = t.ref
          and o.revised_by is null))
 order by t.no

-- numbers of turns --
select no from turn where namespace = ? and id in (select value from json_each(?)) order by no

-- new sessions --
select t.session from (select no from new_turn where namespace = ? order by no limit ?) n join turn t on t.no = n.no
 group by t.session order by min(n.no)

-- new turns of session --
select t.no, t.id, t.session, t.role, t.speaker, t.ref, t.origin, t.at, t.zone, t.text, t.interrupted,
       t.revised_by is not null, t.salt, c.record
  from turn t join new_turn n on n.namespace = t.namespace and n.no = t.no left join chain c on c.no = t.no
 where t.namespace = ? and t.session = ? order by t.at, t.no limit ?

-- oldest new turns --
select t.no, t.id, t.session, t.role, t.speaker, t.ref, t.origin, t.at, t.zone, t.text, t.interrupted,
       t.revised_by is not null, t.salt, c.record
  from (select no from new_turn where namespace = ? order by no limit ?) n join turn t on t.no = n.no
       left join chain c on c.no = t.no

-- new turn ids --
select t.id from new_turn n join turn t on t.no = n.no where n.namespace = ? order by n.no

-- count new by namespace --
select s.name, count(*) from new_turn n join namespace s on s.id = n.namespace group by n.namespace

-- has barred --
select exists (select 1 from barred where namespace = ?)

-- barred digests --
select digest from barred where namespace = ? and digest in (select value from json_each(?))
