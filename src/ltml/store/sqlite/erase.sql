-- Forgetting: what an order deletes, and its receipt.

-- turns with revisions --
with ordered as (
    select t.* from json_each(?2) n cross join turn t on t.id = n.value and t.namespace = ?1
)
select no, id, session, text, revised_by, role, ref, at from ordered
union
select t.no, t.id, t.session, t.text, t.revised_by, t.role, t.ref, t.at from ordered o cross join turn t indexed by turn_by_ref
    on t.namespace = o.namespace and t.session = o.session and t.ref = o.ref and t.ref <> ''

-- drop turn --
delete from turn where no = ?

-- drop slept turn --
delete from slept where turn = ?

-- changes of namespace --
select c.night, c.seq, c.row, c.before, c.after from change c join night n on n.no = c.night where n.namespace = ?

-- drop change --
delete from change where night = ? and seq = ?

-- seal night --
update night set state = 'sealed' where no = ? and state <> 'undone'

-- sealed night --
select id from night where no = ? and state = 'sealed'

-- drop veto --
delete from veto where namespace = ? and key = ?

-- reports of namespace --
select no, report from night where namespace = ?

-- put report --
update night set report = ? where no = ?

-- receipts --
select at, state, body, id from forgotten where namespace = ? order by at desc

-- add receipt --
insert or replace into forgotten (id, namespace, at, state, body, sought) values (?, ?, ?, ?, ?, ?)

-- pending receipts --
select id, at, body, sought from forgotten where state = 'pending' order by at, id

-- update receipt --
update forgotten set state = ?1, body = ?2, sought = iif(?1 = 'proven', '[]', sought) where id = ?3
