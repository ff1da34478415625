-- From version 1 of the ledger to version 2: every row gets an identifier and a state.
-- Two parts, before and after the schema of today has been laid down; the marker between them is read by
-- kg/upgrade_ledger.py.
DROP INDEX texts_iri;
ALTER TABLE runs ADD COLUMN used INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN withheld INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bad_lines RENAME TO former_bad_lines;
ALTER TABLE mentions RENAME TO former_mentions;
ALTER TABLE windows RENAME TO former_windows;
ALTER TABLE rejected RENAME TO former_rejected;
ALTER TABLE texts RENAME TO former_texts;
-- schema
INSERT INTO bad_lines (run, source, line, reason, raw)
    SELECT run, source, line, reason, raw FROM former_bad_lines ORDER BY rowid;
INSERT INTO texts (id, run, iri, person, source, line, source_id, at, text, context, extractor, status, reason,
        windows, mentions, superseded)
    SELECT id, run, iri, person, source, line, source_id, at, text, context, extractor, status, reason, 0, 0,
        status = 'read' AND id < max(CASE WHEN status = 'read' THEN id ELSE 0 END) OVER (PARTITION BY iri)
    FROM former_texts ORDER BY id;
INSERT INTO windows SELECT text, start, end, status, reply FROM former_windows ORDER BY rowid;
INSERT INTO mentions (text, quote, start, end, stance, intensity, confidence, link, link_confidence, candidates, status,
        reason, observation)
    SELECT text, quote, start, end, stance, intensity, confidence, link, link_confidence, candidates, status, reason,
        observation
    FROM former_mentions ORDER BY rowid;
UPDATE texts SET
    windows = (SELECT count(*) FROM windows w WHERE w.text = texts.id),
    mentions = (SELECT count(*) FROM mentions m WHERE m.text = texts.id);
INSERT INTO rejected (run, kind, person, source, line, reason, raw)
    SELECT run, iif(json_type(raw, '$.person') IS NULL, 'item', 'event'), json_extract(raw, '$.person'), source, line,
        reason, raw
    FROM former_rejected ORDER BY rowid;
UPDATE runs SET used = coalesce(iif(json_valid(note), json_extract(note, '$.written'), 0), 0)
    WHERE kind IN ('events', 'items');
-- Runs that were cut off had not counted their lines yet.
UPDATE runs SET lines = used + (SELECT count(*) FROM rejected WHERE run = runs.id)
        + (SELECT count(*) FROM bad_lines WHERE run = runs.id)
    WHERE kind IN ('events', 'items');
-- Of a run that was killed no more is known than what was refused.
UPDATE runs SET lines = max(lines, (SELECT count(*) FROM bad_lines b WHERE b.run = runs.id)
        + (SELECT count(*) FROM rejected r WHERE r.run = runs.id))
    WHERE kind IN ('events', 'items');
UPDATE runs SET used = lines - (SELECT count(*) FROM bad_lines b WHERE b.run = runs.id)
        - (SELECT count(*) FROM rejected r WHERE r.run = runs.id)
    WHERE kind IN ('events', 'items');
DROP TABLE former_mentions;
DROP TABLE former_windows;
DROP TABLE former_bad_lines;
DROP TABLE former_rejected;
DROP TABLE former_texts;
