-- Rows set aside because they are not what was written.

-- add quarantined --
insert into damaged (source, place, number, name, namespace, session, at, raw)
values (?1, ?2, ?3, ?4, coalesce(?5, (select namespace from night where ?1 = 'change' and no = ?3)), ?6, ?7, ?8)

-- quarantined rows --
select no, source, place, number, name, session, at, raw from damaged where namespace = ? order by no

-- count quarantined --
select count(*) from damaged where namespace = ?

-- drop quarantined --
delete from damaged where no = ?

-- quarantined turns --
select number from damaged where source = 'turn'

-- quarantine numbers --
select no from damaged

-- quarantine places --
select no, place from damaged

-- add lost log --
insert into damaged (source, place, number, name, namespace, session, at, raw)
values ('log', 'the write-ahead log', ?, ?, null, '', ?, x'')

-- lost logs --
select number, name from damaged where source = 'log'

-- acknowledge lost logs --
update damaged set source = 'log, known' where source = 'log'
