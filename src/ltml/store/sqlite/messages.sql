-- Injections, texts placed in requests, and digests of messages.

-- add injection --
insert into used (namespace, session, at, tokens, items, origin) values (?, ?, ?, ?, ?, ?) returning no

-- doubtful origins --
select origin from turn where namespace = ? and session = ? and origin <> 'said'
 union select origin from used where namespace = ? and session = ? and origin <> 'said'

-- add injected digest --
insert or ignore into injected (namespace, digest, used) values (?, ?, ?)

-- injected digests --
select digest from injected where namespace = ? and digest in (select value from json_each(?))

-- forgotten ids --
select n.value from json_each(?2) n
 where not exists (select 1 from turn where namespace = ?1 and id = n.value)
   and not exists (select 1 from memory where namespace = ?1 and id = n.value)
   and exists (select 1 from forgotten where namespace = ?1 and instr(body, '"' || n.value || '"'))

-- add placed text --
insert or ignore into placed (namespace, session, place, text, tokens, items, used) values (?, ?, ?, ?, ?, ?, ?)

-- placed texts --
select namespace, session, place, text, tokens, items, used, seal from placed where namespace = ? and session = ? order by used, place

-- discard placed texts --
delete from placed where namespace = ? and session = ? and place in (select value from json_each(?))

-- add message --
insert or ignore into heard (namespace, digest, session, pair, place, at) values (?, ?, ?, ?, ?, ?)

-- messages by digest --
-- Left to itself SQLite reads the whole namespace for the pairs: it guesses that this is as short and saves a step.
with found as (
    select h.* from json_each(?2) n cross join heard h on h.namespace = ?1 and h.digest = n.value
    union
    select h.* from json_each(?2) n cross join heard h indexed by heard_by_pair on h.namespace = ?1 and h.pair = n.value
)
select session, digest, pair, place,
       not exists (select 1 from heard h where h.namespace = f.namespace and h.session = f.session and h.place > f.place),
       at
  from found f

-- digests of session --
select digest from heard where namespace = ? and session = ?

-- drop messages of session --
delete from heard where namespace = ? and session = ?

-- drop placed of session --
delete from placed where namespace = ? and session = ?

-- placed words --
select used, text from placed where namespace = ?

-- injected items --
select no, items from used where namespace = ?

-- drop injected digests --
delete from injected where used = ?

-- drop placed texts --
delete from placed where used = ?

-- drop injection --
delete from used where no = ?

-- add barred --
insert or ignore into barred (namespace, digest) values (?, ?)
