-- What recall reads, and the counts of `stats`.

-- turn documents --
select t.no, t.id, t.session, t.role, t.speaker, t.ref, t.origin, t.at, t.zone, t.text,
       t.interrupted,
       t.revised_by is not null, t.salt, c.record, v.namespace, v.keep, v.kind, v.reason, v.salience, v.tier, v.dates, v.seal
  from json_each(?) n cross join turn t on t.no = n.value left join chain c on c.no = t.no
       left join verdict v on v.turn = t.no
 where t.namespace = ?

-- memory documents --
select no, body, id, namespace, learned_at, tier, seal
  from memory where namespace = ? and no in (select value from json_each(?))

-- neighbours --
select t.no,
       (select json_group_array(no order by at desc, no desc) from (
           select at, no from turn where namespace = t.namespace and session = t.session and (at, no) < (t.at, t.no)
              and revised_by is null order by at desc, no desc limit ?)),
       (select json_group_array(no order by at, no) from (
           select at, no from turn where namespace = t.namespace and session = t.session and (at, no) > (t.at, t.no)
              and revised_by is null order by at, no limit ?))
  from json_each(?) n cross join turn t on t.no = n.value where t.namespace = ?

-- statistics --
select documents, terms from shelf where namespace = ? and name = ?

-- postings --
select p.term, p.data from json_each(?) n cross join posting p
    on p.namespace = ? and p.shelf = ? and p.term = n.value
 order by p.term, p.first

-- documents by fold key --
select distinct f.document from json_each(?) k cross join fold f on f.namespace = ? and f.key = k.value order by 1

-- hot memories --
select no, body, id, namespace, learned_at, tier, seal
  from memory where namespace = ? and tier = 'hot' order by learned_at, id

-- turn numbers --
select id, no from turn where namespace = ? and id in (select value from json_each(?))

-- memory numbers --
select id, no from memory where namespace = ? and id in (select value from json_each(?))

-- count turns --
select count(*) from turn where namespace = ? and revised_by is null

-- count new --
select count(*) from new_turn where namespace = ?

-- active bytes --
select coalesce(sum(octet_length(t.text)), 0) from turn t left join verdict v on v.turn = t.no
 where t.namespace = ? and t.revised_by is null and coalesce(v.tier, 'warm') <> 'archive'

-- archived refs --
select t.ref from turn t join verdict v on v.turn = t.no
 where t.namespace = ? and t.revised_by is null and v.tier = 'archive' and t.ref <> ''

-- count nights --
select count(*) from night where namespace = ?

-- all statistics --
select name, documents, terms from shelf where namespace = ?
