-- The ledger: what came in, what became of it, and which change of the store it belongs to.
-- kg/upgrade.py brings older versions here.
--
-- What was refused has a state: open (nobody has looked at it), mended (changed, to be tried again) or replayed
-- (tried again, in the run that is named).  Mended content stands beside the original, which is never changed.
CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,               -- texts | events | items | world | ontology | derive | infer | train | person …
    source TEXT NOT NULL,
    extractor TEXT NOT NULL DEFAULT '',
    started TEXT NOT NULL,
    finished TEXT,
    lines INTEGER NOT NULL DEFAULT 0, -- lines read, good and bad
    used INTEGER NOT NULL DEFAULT 0,  -- events and items: those that were used
    withheld INTEGER NOT NULL DEFAULT 0, -- events: those whose person does not let them be kept
    as_of TEXT,
    note TEXT NOT NULL DEFAULT ''     -- JSON: how the source was read (read_with), and counts of the run
);
CREATE TABLE IF NOT EXISTS people (   -- identifiers as sources give them; an IRI cannot be turned back into one
    iri TEXT PRIMARY KEY,
    person TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS bad_lines (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs(id),
    source TEXT NOT NULL,
    line INTEGER NOT NULL,
    reason TEXT NOT NULL,
    raw TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'mended', 'replayed')),
    mended TEXT,                      -- JSON of a record
    replayed INTEGER REFERENCES runs(id)
);
CREATE TABLE IF NOT EXISTS texts (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs(id),
    iri TEXT NOT NULL,
    person TEXT NOT NULL,
    source TEXT NOT NULL,
    line INTEGER NOT NULL,
    source_id TEXT,
    at TEXT NOT NULL,
    dated INTEGER NOT NULL DEFAULT 1, -- whether the source gave the time
    text TEXT NOT NULL,
    context TEXT,
    extractor TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('read', 'duplicate', 'failed')),
    reason TEXT NOT NULL DEFAULT '',
    windows INTEGER NOT NULL DEFAULT 0,    -- as many as the extractor handed over;
    mentions INTEGER NOT NULL DEFAULT 0,   -- the rows of both tables must add up to them
    superseded INTEGER NOT NULL DEFAULT 0, -- whether a later reading has taken this one's place
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'mended', 'replayed')),
    mended TEXT,                      -- JSON of a record, where the text failed
    replayed INTEGER REFERENCES runs(id)
);
CREATE INDEX IF NOT EXISTS texts_iri ON texts (iri, extractor, status);
CREATE INDEX IF NOT EXISTS texts_person ON texts (person);
CREATE INDEX IF NOT EXISTS texts_run ON texts (run, status);
CREATE TABLE IF NOT EXISTS windows (
    text INTEGER NOT NULL REFERENCES texts(id),
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('decoded', 'cut', 'timed out')),
    reply TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS windows_text ON windows (text);
CREATE TABLE IF NOT EXISTS mentions (
    id INTEGER PRIMARY KEY,
    text INTEGER NOT NULL REFERENCES texts(id),
    quote TEXT NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    stance TEXT NOT NULL,             -- '' where only an experience was told
    intensity REAL NOT NULL,
    confidence REAL NOT NULL,
    link TEXT,                        -- NULL is NIL: none of the candidates
    link_confidence REAL NOT NULL,
    candidates TEXT NOT NULL,         -- JSON: [[iri, label, score], …], best first
    experience TEXT NOT NULL DEFAULT '',   -- local name of a behaviour kind
    beneficiary TEXT NOT NULL DEFAULT '',  -- quoted
    at TEXT,                          -- when it held, where the text says so
    antecedent TEXT NOT NULL DEFAULT '',   -- words of the context that the quote points at
    condition TEXT NOT NULL DEFAULT '',    -- quoted
    aspect TEXT NOT NULL DEFAULT '',       -- quoted
    opinion TEXT NOT NULL DEFAULT '',      -- quoted
    opinion_start INTEGER NOT NULL DEFAULT 0,
    status TEXT NOT NULL CHECK (status IN ('accepted', 'merged', 'rejected', 'abstained')),
    reason TEXT NOT NULL DEFAULT '',
    observation TEXT,
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'mended', 'replayed')),
    mended TEXT,                      -- JSON: what is to be read instead
    replayed INTEGER REFERENCES runs(id)
);
CREATE INDEX IF NOT EXISTS mentions_text ON mentions (text);
CREATE TABLE IF NOT EXISTS statements ( -- relations between things that a text states
    id INTEGER PRIMARY KEY,
    text INTEGER NOT NULL REFERENCES texts(id),
    said TEXT NOT NULL,               -- JSON of the statement
    status TEXT NOT NULL CHECK (status IN ('accepted', 'merged', 'rejected')),
    reason TEXT NOT NULL DEFAULT '',
    claim TEXT
);
CREATE INDEX IF NOT EXISTS statements_text ON statements (text);
CREATE TABLE IF NOT EXISTS link_decisions ( -- what people say that words mean, or do not mean; see kg/link_decisions.py
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run INTEGER NOT NULL REFERENCES runs(id),
    verb TEXT NOT NULL CHECK (verb IN ('accept', 'reject')),
    words TEXT NOT NULL,              -- as given; compared by their normal form
    link TEXT,                        -- NULL with reject: they mean nothing that the index knows
    label TEXT NOT NULL DEFAULT '',   -- of the thing, when it was decided
    person TEXT,                      -- IRI: only in this person's texts …
    text TEXT,                        -- … or IRI: only in this text …
    start INTEGER,                    -- … at this code point
    decided_by TEXT NOT NULL DEFAULT '',
    because TEXT NOT NULL DEFAULT '',
    at TEXT NOT NULL,
    undone TEXT,                      -- when it was taken back
    undone_by TEXT NOT NULL DEFAULT '',
    undone_in INTEGER REFERENCES runs(id),
    CHECK (verb = 'reject' OR link IS NOT NULL)
);
CREATE TABLE IF NOT EXISTS decided_mentions ( -- mentions whose link is a person's; they hold it, and this what was before
    mention INTEGER PRIMARY KEY REFERENCES mentions(id),
    decision INTEGER,                 -- NULL where no decision holds, and the mention was mended
    before TEXT NOT NULL              -- JSON: link, confidence, candidates, held, mended
);
CREATE TABLE IF NOT EXISTS rejected (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs(id),
    kind TEXT NOT NULL CHECK (kind IN ('event', 'item')),
    person TEXT,                      -- of an event
    source TEXT NOT NULL,
    line INTEGER NOT NULL,
    reason TEXT NOT NULL,
    raw TEXT NOT NULL,                -- JSON of the record
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'mended', 'replayed')),
    mended TEXT,
    replayed INTEGER REFERENCES runs(id)
);
CREATE INDEX IF NOT EXISTS rejected_person ON rejected (person);
CREATE TABLE IF NOT EXISTS stale_people ( -- whose interests the event log is ahead of; brought up to date on opening
    person TEXT PRIMARY KEY
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS changes (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs(id),
    state TEXT NOT NULL CHECK (state IN ('pending', 'done')),
    deletes BLOB,                     -- N-Quads, zlib
    inserts BLOB,
    load_file TEXT,                   -- or: a staged N-Triples file …
    load_graph TEXT                   -- … that fills this empty graph
);
CREATE INDEX IF NOT EXISTS changes_state ON changes (state);
CREATE TABLE IF NOT EXISTS editions ( -- of the ontology; the newest is in force
    id INTEGER PRIMARY KEY,           -- folder ontology/<id> of the workspace
    run INTEGER NOT NULL REFERENCES runs(id)
);
CREATE TABLE IF NOT EXISTS erasures ( -- who was forgotten: a salted hash, so that a backup can be told to forget them too
    digest TEXT PRIMARY KEY,
    at TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('begun', 'stored', 'done'))  -- stored: only the rewriting of the store is due
) WITHOUT ROWID;
PRAGMA user_version = 3; -- of this schema
