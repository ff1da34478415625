-- What DuckDB is asked of the event log.  Times are microseconds since 1970.
-- An item '' or a kind '' of a retraction stands for every one.

-- statement: pick
-- purpose: rows of the people in the table asked, from the files $files; files of version 0.1 have no "retracted"
CREATE OR REPLACE TEMP TABLE picked AS
SELECT person, item, kind, epoch_us("at") AS moment, value, id, coalesce(retracted, false) AS retracted
FROM (
    SELECT NULL::VARCHAR AS person, NULL::VARCHAR AS item, NULL::VARCHAR AS kind, NULL::TIMESTAMPTZ AS "at",
           NULL::DOUBLE AS value, NULL::VARCHAR AS id, NULL::BOOLEAN AS retracted
    WHERE false
    UNION ALL BY NAME
    SELECT * EXCLUDE (source, line) FROM read_parquet($files, union_by_name = true)
)
SEMI JOIN asked USING (person)

-- statement: named
-- purpose: items and kinds that the picked rows name
SELECT DISTINCT item, kind FROM picked

-- statement: sat
-- purpose: events that stand, each with the number of its sitting; the beginning of the two statements that follow
-- $gap: microseconds without an event after which a new sitting starts
WITH known AS (
    SELECT p.person, i.iri AS item, k.iri AS kind, p.moment, p.value, p.id, p.retracted
    FROM picked AS p
    JOIN items AS i ON i.name = p.item
    JOIN kinds AS k ON k.name = p.kind
),
-- Two rows are one event if they share person, item, kind and id or, without an id, the time; the later one counts.
happened AS (
    SELECT person, item, kind, id, regexp_replace(id, '#[0-9]+$', '') AS activity, moment, value
    FROM known
    WHERE NOT retracted
    QUALIFY row_number() OVER (
        PARTITION BY person, item, kind, id, CASE WHEN id IS NULL THEN moment END
        ORDER BY moment DESC, value IS NOT NULL DESC, value DESC
    ) = 1
),
undone_ids AS (
    SELECT DISTINCT person, id, item, kind FROM known WHERE retracted AND id IS NOT NULL
),
undone_until AS (
    SELECT person, item, kind, max(moment) AS until FROM known WHERE retracted AND id IS NULL GROUP BY ALL
),
undone AS (
    SELECT h.person, h.item, h.kind, h.id
    FROM happened AS h
    JOIN undone_ids AS u ON u.person = h.person AND u.id = h.id
    WHERE u.item IN ('', h.item) AND u.kind IN ('', h.kind)
    UNION
    SELECT h.person, h.item, h.kind, h.id
    FROM happened AS h
    JOIN undone_ids AS u ON u.person = h.person AND u.id = h.activity
    WHERE u.item IN ('', h.item) AND u.kind IN ('', h.kind)
),
stands AS (
    SELECT h.*
    FROM happened AS h
    ANTI JOIN undone AS d ON d.person = h.person AND d.item = h.item AND d.kind = h.kind AND d.id = h.id
    LEFT JOIN undone_until AS r ON r.person = h.person AND r.item = h.item AND r.kind = h.kind
    WHERE r.until IS NULL OR h.moment > r.until
),
pauses AS (
    SELECT *, moment - lag(moment) OVER (PARTITION BY person ORDER BY moment) >= $gap AS starts FROM stands
),
sat AS (
    SELECT *, count(*) FILTER (WHERE starts) OVER (PARTITION BY person ORDER BY moment) AS sitting FROM pauses
)

-- statement: course
-- purpose: every event that stands, one by one
SELECT item, kind, moment, sitting, value FROM sat ORDER BY moment, item, kind, value

-- statement: sums
-- purpose: people with rows in the log, each with what they did with each item in each way; nothing where nothing stands
, summed AS (
    SELECT person, item, kind,
           count(*) AS events,
           count(DISTINCT sitting) AS sittings,
           min(moment) AS earliest,
           max(moment) AS latest,
           max({'moment': moment, 'value': value}) FILTER (WHERE value IS NOT NULL) AS rated
    FROM sat
    GROUP BY ALL
)
SELECT p.person, s.item, s.kind, s.events, s.sittings, s.earliest, s.latest, s.rated.value
FROM (SELECT DISTINCT person FROM picked) AS p
LEFT JOIN summed AS s ON s.person = p.person
ORDER BY p.person, s.item, s.kind
