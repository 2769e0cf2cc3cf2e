-- What `verify` compares, and what a rebuild of the derived tables deletes first.

-- chain --
select no, record, link from chain order by no

-- missing turn numbers --
select c.no from chain c left join turn t on t.no = c.no where t.no is null

-- receipt bodies --
select body from forgotten

-- damaged namespaces --
select id from namespace where id = coalesce(?, id)
   and seal is not seal(id, iif(typeof(name) = 'text', cast(name as blob), name))

-- orphaned placed texts --
select distinct p.used from placed p left join used u on u.no = p.used and u.namespace = p.namespace
 where u.no is null

-- all evidence --
select turn, memory from evidence

-- all postings --
select shelf, term, first, data from posting where namespace = ? order by shelf, term, first

-- all fold keys --
select key, document from fold where namespace = ?

-- superseded turns --
select no from turn where namespace = ? and revised_by is not null

-- unslept turns --
select t.id, t.no from turn t
 where t.namespace = ? and t.revised_by is null and not exists (select 1 from slept s where s.turn = t.no)

-- table definitions --
select name, sql from sqlite_schema order by name

-- drop postings --
delete from posting where namespace = ?

-- drop statistics --
delete from shelf where namespace = ?

-- drop fold keys --
delete from fold where namespace = ?

-- drop all new --
delete from new_turn where namespace = ?

-- drop evidence of memory --
delete from evidence where memory = ?

-- drop orphaned evidence --
delete from evidence where memory not in (select no from memory)
