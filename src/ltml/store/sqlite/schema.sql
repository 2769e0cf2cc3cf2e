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
