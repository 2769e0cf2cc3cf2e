-- What is left in the store and may explain a word found in the file's bytes.

-- remaining texts --
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

-- placed words elsewhere --
select text from placed where namespace <> ?

-- remaining names --
-- What LTML calls things, and numbers it wrote as text.
select cast(id as blob) from (
select id from turn union all select id || session || role || speaker || ref || origin from turn
 union all select id from memory union all select id || learned_at || tier from memory
 union all select name || holder from lease union all select id || kind || state from night
 union all select row from change union all select turn from evidence union all select key from veto
 union all select digest from refusal union all select question from answer union all select digest from injected
 union all select digest from barred union all select pair || place from heard union all select digest from heard
 union all select place || items from placed union all select id || state || body || sought from forgotten)

-- all reports --
select report from night

-- memory bodies --
select body from memory

-- term in postings --
select p.data from namespace n cross join (select 'active' as shelf union all select 'archive') s
  cross join posting p on p.namespace = n.id and p.shelf = s.shelf and p.term = ?

-- terms in postings --
select shelf, term, data from posting where instr(shelf || term, ?)

-- text of turn --
select text from turn where no = ?

-- body of memory --
select body from memory where no = ?

-- remaining changes --
select before, after from change
