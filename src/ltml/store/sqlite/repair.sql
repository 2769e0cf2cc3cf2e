-- What a repair and a rescue write.

-- chain record --
select record from chain where no = ?

-- put chain record --
update chain set record = ? where no = ?

-- put chain link --
update chain set link = ? where no = ?

-- memory bodies in changes --
select after from change where row = 'memory:' || ? and after is not null

-- add lost turn --
insert into damaged (source, place, number, name, namespace, session, at, raw)
values ('turn', 'turn number ' || ?1, ?1, '', null, '', null, x'')

-- seal active nights --
update night set state = 'sealed' where state in ('promoted', 'interrupted')

-- sealed nights --
select id from night where state = 'sealed' order by no
