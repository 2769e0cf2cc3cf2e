-- Posting lists and their statistics. Reading them for a query is in view.sql.

-- add to statistics --
insert into shelf (namespace, name, documents, terms) values (?, ?, ?, ?)
on conflict do update set documents = documents + excluded.documents, terms = terms + excluded.terms

-- block for number --
select first, data from posting where namespace = ? and shelf = ? and term = ? and first <= ?
 order by first desc limit 1

-- last blocks --
select p.term, p.first, p.data from json_each(?) n cross join posting p
    on p.namespace = ? and p.shelf = ? and p.term = n.value and p.first = (
       select max(first) from posting where namespace = ? and shelf = ? and term = n.value and first <= ?)

-- put block --
insert into posting (namespace, shelf, term, first, data) values (?, ?, ?, ?, ?)
on conflict do update set data = excluded.data

-- drop block --
delete from posting where namespace = ? and shelf = ? and term = ? and first = ?
