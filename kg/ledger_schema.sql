-- The ledger: what came in, what became of it, and which change of the store it belongs to.
CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,               -- texts | events | items | world | ontology | derive | infer | train
    source TEXT NOT NULL,
    extractor TEXT NOT NULL DEFAULT '',
    started TEXT NOT NULL,
    finished TEXT,
    lines INTEGER NOT NULL DEFAULT 0, -- lines read, good and bad
    as_of TEXT,
    note TEXT NOT NULL DEFAULT ''     -- JSON: counts of the run
);
CREATE TABLE IF NOT EXISTS bad_lines (
    run INTEGER NOT NULL REFERENCES runs(id),
    source TEXT NOT NULL,
    line INTEGER NOT NULL,
    reason TEXT NOT NULL,
    raw TEXT NOT NULL
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
    text TEXT NOT NULL,
    context TEXT,
    extractor TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('read', 'duplicate', 'failed')),
    reason TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS texts_iri ON texts (iri, extractor, status);
CREATE TABLE IF NOT EXISTS windows (
    text INTEGER NOT NULL REFERENCES texts(id),
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('decoded', 'cut', 'timed out')),
    reply TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS mentions (
    text INTEGER NOT NULL REFERENCES texts(id),
    quote TEXT NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    stance TEXT NOT NULL,
    intensity REAL NOT NULL,
    confidence REAL NOT NULL,
    link TEXT,                        -- NULL is NIL: none of the candidates
    link_confidence REAL NOT NULL,
    candidates TEXT NOT NULL,         -- JSON: [[iri, label, score], …], best first
    status TEXT NOT NULL CHECK (status IN ('accepted', 'merged', 'rejected', 'abstained')),
    reason TEXT NOT NULL DEFAULT '',
    observation TEXT
);
CREATE TABLE IF NOT EXISTS rejected (
    run INTEGER NOT NULL REFERENCES runs(id),
    source TEXT NOT NULL,
    line INTEGER NOT NULL,
    reason TEXT NOT NULL,
    raw TEXT NOT NULL                 -- JSON of the record, so that it can be mended and replayed
);
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
