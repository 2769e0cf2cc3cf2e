-- The SQLite store: its schema, and every statement it runs, each under its name.
--
-- Append-only: turn, chain, night, used, heard.    Derived, can be rebuilt: new_turn, shelf, posting, fold.
-- Made by nights and hands: verdict, memory, evidence, change.
-- Kept for replay: placed.    Set aside by a repair: damaged.
-- Times are microseconds since 1970 UTC; `zone` is the speaker's offset from UTC in seconds.

-- schema 1 --
create table meta (name text primary key, value) without rowid;

create table namespace (id integer primary key, name unique not null);

create table turn (
    no integer primary key autoincrement,       -- arrival; a forgotten number is never given again
    id text unique not null,
    namespace integer not null references namespace,
    session not null,
    role not null,
    speaker not null,
    ref not null,
    origin text not null,
    at integer not null,
    zone integer not null,
    text not null,
    salt blob not null,                         -- makes the digest in the chain unguessable once the turn is forgotten
    revised_by integer                          -- superseded: by this newer revision of the ref; 0 if by none
);
create index turn_in_session on turn (namespace, session, at, no);
create index turn_by_ref on turn (namespace, session, ref) where ref <> '';

create table chain (no integer primary key, record blob not null, link blob not null);

create table new_turn (namespace integer not null, no integer not null, primary key (namespace, no)) without rowid;

create table verdict (
    turn integer primary key references turn,
    namespace integer not null,
    keep integer not null,
    kind text not null,
    reason text not null,
    salience real not null,
    tier text not null,
    dates text not null
);

create table memory (
    no integer primary key autoincrement,
    id text not null,
    namespace integer not null references namespace,
    learned_at integer not null,
    tier text not null,
    body text not null,                         -- the whole value as canonical JSON
    unique (namespace, id)
);
create index memory_by_tier on memory (namespace, tier);

create table evidence (
    turn text not null,
    memory integer not null references memory,
    primary key (turn, memory)
) without rowid;

create table shelf (
    namespace integer not null,
    name text not null,
    documents integer not null,
    terms integer not null,
    primary key (namespace, name)
) without rowid;

create table posting (
    namespace integer not null,
    shelf text not null,
    term text not null,
    first integer not null,                     -- the lowest document number the block may hold
    data blob not null,                         -- entries <IHH: document, count, length; see model.Candidates
    primary key (namespace, shelf, term, first)
) without rowid;

create table fold (
    namespace integer not null,
    key integer not null,
    document integer not null,
    primary key (namespace, key, document)
) without rowid;

create table night (
    id text not null,
    namespace integer not null references namespace,
    kind text not null,
    state text not null,
    started integer not null,
    zone integer not null,
    report text not null,
    no integer primary key autoincrement,
    unique (namespace, id)
);

create table change (
    night integer not null references night (no),
    seq integer not null,
    row text not null,                          -- the key of the row that changes
    before text,
    after text,
    reason text not null,
    primary key (night, seq)
) without rowid;
create index change_by_row on change (row);

create table slept (night integer not null, turn integer not null, primary key (night, turn)) without rowid;
create index slept_turn on slept (turn);

create table veto (namespace integer not null, key text not null, primary key (namespace, key)) without rowid;
create table refusal (namespace integer not null, digest text not null, primary key (namespace, digest)) without rowid;
create table answer (
    namespace integer not null,
    question text not null,
    answer text not null,
    primary key (namespace, question)
) without rowid;

create table lease (name text primary key, holder text not null, until integer not null) without rowid;

create table used (
    no integer primary key autoincrement,
    namespace integer not null,
    session,
    at integer not null,
    tokens integer not null,
    items text not null
);
create table injected (
    namespace integer not null,
    digest text not null,                       -- keyed: tells an injection that comes back, not what it said
    used integer not null references used,
    primary key (namespace, digest)
) without rowid;
create index injected_by_use on injected (used);

create table forgotten (
    id text primary key,
    namespace integer not null,
    at integer not null,
    state text not null,
    body text not null
) without rowid;

-- schema 2 --
alter table turn add column interrupted integer not null default 0;    -- the answer broke off

create table heard (
    namespace integer not null references namespace,
    digest text not null,                       -- keyed: of a talk's messages up to and including this one
    session not null,
    pair text not null,                         -- keyed: of this message and the one before; empty where too short
    place integer not null,
    at integer not null,
    primary key (namespace, digest, session)
) without rowid;
create index heard_by_pair on heard (namespace, pair);
create index heard_in_session on heard (namespace, session, place);

create table placed (
    namespace integer not null references namespace,
    session not null,
    place text not null,                        -- the digest of the message the words were placed in; empty: the block
    text not null,
    tokens integer not null,
    items text not null,
    used integer not null references used,
    primary key (namespace, session, place)
) without rowid;
create index placed_by_use on placed (used);

-- schema 3 --
alter table used add column origin text not null default 'said';       -- the least trusted of what was shown
create index used_in_session on used (namespace, session, origin) where origin <> 'said';
create index turn_from_elsewhere on turn (namespace, session, origin) where origin <> 'said';

-- What was forgotten: keyed digests of what to look for in the bytes while an order is pending, and of what was said, so
-- that bringing it in again is noticed. Orders of older schemas are looked at again: they left backups alone.
alter table forgotten add column sought text not null default '[]';
update forgotten set state = 'pending';

create table barred (namespace integer not null references namespace, digest text not null,
                     primary key (namespace, digest)) without rowid;

-- A seal is a digest of its row (seals.py): it tells a row that was damaged from one that was written.
alter table meta add column seal blob;
alter table namespace add column seal blob;
alter table verdict add column seal blob;
alter table memory add column seal blob;
alter table night add column seal blob;
alter table change add column seal blob;
alter table veto add column seal blob;
alter table answer add column seal blob;
alter table used add column seal blob;
alter table forgotten add column seal blob;
alter table placed add column seal blob;

create table damaged (
    no integer primary key autoincrement,
    source text not null,                       -- the table the row stood in
    place text not null,                        -- the same with its number or name, in words
    number integer,                             -- its number there, if it had one
    name text not null,                         -- its id there, as far as it can be read
    namespace integer,
    session not null,
    at integer,
    raw blob not null                           -- every column as its bytes; damage.py says how
);
create index damaged_of_source on damaged (source, number);


-- namespace --
select id from namespace where name = ?

-- namespaces --
select name from namespace order by name

-- add namespace --
insert into namespace (name) values (?) on conflict (name) do update set name = name returning id

-- known turns --
select id, text, interrupted from turn where namespace = ? and id in (select value from json_each(?))

-- latest of ref --
select no, text from turn where namespace = ? and session = ? and ref = ? and revised_by is null

-- add turn --
insert into turn (id, namespace, session, role, speaker, ref, origin, at, zone, text, interrupted, revised_by, salt)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning no

-- revise --
update turn set revised_by = ? where no = ?

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

-- turns in force --
select no, text from turn
 where namespace = ? and id in (select value from json_each(?)) and revised_by is null order by no

-- turns taken back --
select t.no, t.text, not exists (select 1 from slept s where s.turn = t.no) from turn t
 where t.namespace = ? and t.id in (select value from json_each(?)) and t.revised_by = 0
   and (t.ref = '' or not exists (
       select 1 from turn o where o.namespace = t.namespace and o.session = t.session and o.ref = t.ref
          and o.revised_by is null))
 order by t.no

-- restore --
update turn set revised_by = null where no = ?

-- turns by id --
select t.no, t.id, t.session, t.role, t.speaker, t.ref, t.origin, t.at, t.zone, t.text, t.interrupted,
       t.revised_by is not null, t.salt, c.record
  from turn t left join chain c on c.no = t.no
 where t.namespace = ? and t.id in (select value from json_each(?)) order by t.at, t.no

-- turns there --
select id from turn where namespace = ? and id in (select value from json_each(?))

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

-- around --
select t.no,
       (select json_group_array(no order by at desc, no desc) from (
           select at, no from turn where namespace = t.namespace and session = t.session and (at, no) < (t.at, t.no)
              and revised_by is null order by at desc, no desc limit ?)),
       (select json_group_array(no order by at, no) from (
           select at, no from turn where namespace = t.namespace and session = t.session and (at, no) > (t.at, t.no)
              and revised_by is null order by at, no limit ?))
  from json_each(?) n cross join turn t on t.no = n.value where t.namespace = ?

-- new of session --
select t.no, t.id, t.session, t.role, t.speaker, t.ref, t.origin, t.at, t.zone, t.text, t.interrupted,
       t.revised_by is not null, t.salt, c.record
  from turn t join new_turn n on n.namespace = t.namespace and n.no = t.no left join chain c on c.no = t.no
 where t.namespace = ? and t.session = ? order by t.at, t.no limit ?

-- new sessions --
select t.session from (select no from new_turn where namespace = ? order by no limit ?) n join turn t on t.no = n.no
 group by t.session order by min(n.no)

-- shelf --
select documents, terms from shelf where namespace = ? and name = ?

-- count shelf --
insert into shelf (namespace, name, documents, terms) values (?, ?, ?, ?)
on conflict do update set documents = documents + excluded.documents, terms = terms + excluded.terms

-- postings --
select p.term, p.data from json_each(?) n cross join posting p
    on p.namespace = ? and p.shelf = ? and p.term = n.value
 order by p.term, p.first

-- block of --
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

-- all postings --
select shelf, term, first, data from posting where namespace = ? order by shelf, term, first

-- add fold --
insert or ignore into fold (namespace, key, document) values (?, ?, ?)

-- drop fold --
delete from fold where namespace = ? and key = ? and document = ?

-- folded --
select distinct f.document from json_each(?) k cross join fold f on f.namespace = ? and f.key = k.value order by 1

-- turn to judge --
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

-- standing --
select no, body, id, namespace, learned_at, tier, seal
  from memory where namespace = ? and tier = 'hot' order by learned_at, id

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

-- memories on turn --
select m.no, m.body, m.id, m.namespace, m.learned_at, m.tier, m.seal
  from evidence e join memory m on m.no = e.memory where e.turn = ? and m.namespace = ?

-- add night --
insert into night (id, namespace, kind, state, started, zone, report) values (?, ?, ?, ?, ?, ?, ?)
on conflict (namespace, id) do update set state = iif(state in ('undone', 'sealed'), state, excluded.state)

-- night --
select no, id, kind, state, started, zone, report, namespace, seal from night where namespace = ? and id = ?

-- nights --
select no, id, kind, state, started, zone, report, namespace, seal from night where namespace = ? order by no

-- take back night --
update night set state = 'undone' where no = ?

-- end night --
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

-- refuse --
insert or ignore into refusal (namespace, digest) values (?, ?)

-- refused --
select 1 from refusal where namespace = ? and digest = ?

-- answer --
select namespace, question, answer, seal from answer where namespace = ? and question = ?

-- note answer --
insert or replace into answer (namespace, question, answer) values (?, ?, ?)

-- lease --
insert into lease (name, holder, until) values (?, ?, ?)
on conflict (name) do update set holder = excluded.holder, until = excluded.until
   where lease.holder = excluded.holder or lease.until <= ? returning holder

-- leased by --
select holder from lease where name = ?

-- release --
delete from lease where name = ? and holder = ?

-- note use --
insert into used (namespace, session, at, tokens, items, origin) values (?, ?, ?, ?, ?, ?) returning no

-- origins --
select origin from turn where namespace = ? and session = ? and origin <> 'said'
 union select origin from used where namespace = ? and session = ? and origin <> 'said'

-- note injected --
insert or ignore into injected (namespace, digest, used) values (?, ?, ?)

-- injected --
select digest from injected where namespace = ? and digest in (select value from json_each(?))

-- forgotten of --
select n.value from json_each(?2) n
 where not exists (select 1 from turn where namespace = ?1 and id = n.value)
   and not exists (select 1 from memory where namespace = ?1 and id = n.value)
   and exists (select 1 from forgotten where namespace = ?1 and instr(body, '"' || n.value || '"'))

-- note placed --
insert or ignore into placed (namespace, session, place, text, tokens, items, used) values (?, ?, ?, ?, ?, ?, ?)

-- placed --
select namespace, session, place, text, tokens, items, used, seal from placed where namespace = ? and session = ? order by used, place

-- end placed --
delete from placed where namespace = ? and session = ? and place in (select value from json_each(?))

-- note heard --
insert or ignore into heard (namespace, digest, session, pair, place, at) values (?, ?, ?, ?, ?, ?)

-- known --
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

-- restless --
select s.name, count(*) from new_turn n join namespace s on s.id = n.namespace group by n.namespace

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

-- secret --
select value from meta where name = 'secret'

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

-- chain --
select no, record, link from chain order by no

-- new turns --
select t.id from new_turn n join turn t on t.no = n.no where n.namespace = ? order by n.no

-- drop answers --
delete from answer where namespace = ?

-- numbers of turns --
select no from turn where namespace = ? and id in (select value from json_each(?)) order by no

-- turns to forget --
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

-- seal nights in effect --
update night set state = 'sealed' where state in ('promoted', 'interrupted')

-- sealed nights --
select id from night where state = 'sealed' order by no

-- sealed night --
select id from night where no = ? and state = 'sealed'

-- drop veto --
delete from veto where namespace = ? and key = ?

-- receipts --
select at, state, body, id from forgotten where namespace = ? order by at desc

-- uses --
select no, items from used where namespace = ?

-- words placed --
select used, text from placed where namespace = ?

-- words placed elsewhere --
select text from placed where namespace <> ?

-- drop placed --
delete from placed where used = ?

-- drop placed of session --
delete from placed where namespace = ? and session = ?

-- drop heard of session --
delete from heard where namespace = ? and session = ?

-- placed by nobody --
select distinct p.used from placed p left join used u on u.no = p.used and u.namespace = p.namespace
 where u.no is null

-- drop use --
delete from used where no = ?

-- drop injected --
delete from injected where used = ?

-- words left --
-- As bytes: one that is no text any more must not stop an order.
select cast(text as blob) from (
select text from turn union all select distinct session from turn union all select distinct role from turn
 union all select distinct speaker from turn union all select ref from turn union all select name from namespace
 union all select distinct session from used union all select distinct session from heard
 union all select distinct session from placed union all select distinct items from used
 union all select sql from sqlite_schema
 union all select kind from verdict union all select reason from verdict union all select dates from verdict
 union all select kind from night union all select reason from change
 union all select distinct state from night union all select distinct tier from verdict
 union all select distinct shelf from posting union all select distinct origin from turn
 union all values ('verdict'), ('pending'), ('proven'), ('numbers'))

-- names left --
-- What LTML calls things, and numbers it wrote as text.
select cast(id as blob) from (
select id from turn union all select id || session || role || speaker || ref || origin from turn
 union all select id from memory union all select id || learned_at || tier from memory
 union all select name || holder from lease union all select id || kind || state from night
 union all select row from change union all select turn from evidence union all select key from veto
 union all select digest from refusal union all select question from answer union all select digest from injected
 union all select digest from barred union all select pair || place from heard union all select digest from heard
 union all select place || items from placed union all select id || state || body || sought from forgotten)

-- changes left --
select before, after from change

-- term in postings --
select p.data from namespace n cross join (select 'active' as shelf union all select 'archive') s
  cross join posting p on p.namespace = n.id and p.shelf = s.shelf and p.term = ?

-- terms in postings --
select shelf, term, data from posting where instr(shelf || term, ?)

-- turn said --
select text from turn where no = ?

-- memory said --
select body from memory where no = ?

-- bodies left --
select body from memory

-- all reports --
select report from night

-- reports --
select no, report from night where namespace = ?

-- put report --
update night set report = ? where no = ?

-- numbers gone --
select c.no from chain c left join turn t on t.no = c.no where t.no is null

-- receipts of all --
select body from forgotten

-- note forgotten --
insert or replace into forgotten (id, namespace, at, state, body, sought) values (?, ?, ?, ?, ?, ?)

-- pending --
select id, at, body, sought from forgotten where state = 'pending' order by at, id

-- sign forgotten --
update forgotten set state = ?1, body = ?2, sought = iif(?1 = 'proven', '[]', sought) where id = ?3

-- bar --
insert or ignore into barred (namespace, digest) values (?, ?)

-- heard of session --
select digest from heard where namespace = ? and session = ?

-- anything barred --
select exists (select 1 from barred where namespace = ?)

-- barred --
select digest from barred where namespace = ? and digest in (select value from json_each(?))

-- spaces --
select id, name from namespace order by id

-- shelves --
select name, documents, terms from shelf where namespace = ?

-- folds --
select key, document from fold where namespace = ?

-- revised turns --
select no from turn where namespace = ? and revised_by is not null

-- turns no night slept on --
select t.id, t.no from turn t
 where t.namespace = ? and t.revised_by is null and not exists (select 1 from slept s where s.turn = t.no)

-- drop postings --
delete from posting where namespace = ?

-- drop shelves --
delete from shelf where namespace = ?

-- drop folds --
delete from fold where namespace = ?

-- drop all new --
delete from new_turn where namespace = ?

-- turn numbers --
select id, no from turn where namespace = ? and id in (select value from json_each(?))

-- memory numbers --
select id, no from memory where namespace = ? and id in (select value from json_each(?))

-- new rows --
select t.no, t.id, t.session, t.role, t.speaker, t.ref, t.origin, t.at, t.zone, t.text, t.interrupted,
       t.revised_by is not null, t.salt, c.record
  from (select no from new_turn where namespace = ? order by no limit ?) n join turn t on t.no = n.no
       left join chain c on c.no = t.no

-- put record --
update chain set record = ? where no = ?

-- put link --
update chain set link = ? where no = ?

-- all evidence --
select turn, memory from evidence

-- drop evidence of --
delete from evidence where memory = ?

-- drop evidence of nothing --
delete from evidence where memory not in (select no from memory)

-- learned as --
select after from change where row = 'memory:' || ? and after is not null

-- set aside --
insert into damaged (source, place, number, name, namespace, session, at, raw)
values (?1, ?2, ?3, ?4, coalesce(?5, (select namespace from night where ?1 = 'change' and no = ?3)), ?6, ?7, ?8)

-- damaged --
select no, source, place, number, name, session, at, raw from damaged where namespace = ? order by no

-- count damaged --
select count(*) from damaged where namespace = ?

-- drop damaged --
delete from damaged where no = ?

-- turns set aside --
select number from damaged where source = 'turn'

-- numbers set aside --
select no from damaged

-- note lost --
insert into damaged (source, place, number, name, namespace, session, at, raw)
values ('turn', 'turn number ' || ?1, ?1, '', null, '', null, x'')

-- note log --
insert into damaged (source, place, number, name, namespace, session, at, raw)
values ('log', 'the write-ahead log', ?, ?, null, '', ?, x'')

-- logs lost --
select number, name from damaged where source = 'log'

-- logs known --
update damaged set source = 'log, known' where source = 'log'

-- places set aside --
select no, place from damaged

-- misfitting namespaces --
select id from namespace where id = coalesce(?, id)
   and seal is not seal(id, iif(typeof(name) = 'text', cast(name as blob), name))

-- record --
select record from chain where no = ?

-- schema --
select name, sql from sqlite_schema order by name
