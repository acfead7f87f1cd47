-- Corrections by an amended calendar in their second form, which knows the delivery's clock too, and
-- no longer names a step for the step's clock alone. Views of their own over the same events: they
-- feed what 0004 and 0008 read, as an earlier form of the event does there. That of the answer was
-- not read before; the sequence of intake's stream orders it, for both forms.

CREATE MATERIALIZED VIEW {db}.cases_v1_of_corrections {on_cluster} TO {db}.cases_v1 AS
WITH
    JSONExtract(value, 'Tuple(clock String, term Tuple(`limit` UInt32, unit String,
        started_at String, due_at String, provisional Bool, calendar_version String))') AS told,
    (sequence, told.term.limit, told.term.unit,
        parseDateTime64BestEffortOrZero(told.term.started_at, 3, 'UTC'),
        parseDateTime64BestEffortOrZero(told.term.due_at, 3, 'UTC'),
        told.term.provisional, told.term.calendar_version) AS term
SELECT
    key AS case_id,
    maxIf(term, told.clock = 'answer' AND topic = 'case.intake.events.v1') AS answer,
    maxIf(term, told.clock = 'legal' AND topic = 'case.review.events.v1') AS moved_legal,
    maxIf(term, told.clock = 'promised' AND topic = 'case.review.events.v1') AS moved_promised
FROM {db}.events
WHERE topic IN ('case.intake.events.v1', 'case.review.events.v1')
    AND type IN ('cn.cunban.due-date.corrected.v1', 'cn.cunban.due-date.corrected.v2')
GROUP BY key;

CREATE MATERIALIZED VIEW {db}.cases_v2_of_corrections {on_cluster} TO {db}.cases_v2 AS
WITH
    JSONExtract(value, 'Tuple(clock String, term Tuple(due_at String, provisional Bool))') AS told,
    parseDateTime64BestEffortOrZero(told.term.due_at, 3, 'UTC') AS due_at
SELECT
    key AS case_id,
    maxIf((sequence, due_at, told.term.provisional),
        told.clock = 'answer' AND topic = 'case.intake.events.v1') AS answer_due,
    maxIf((sequence, due_at, told.term.provisional),
        told.clock = 'promised' AND topic = 'case.review.events.v1') AS moved_promised,
    maxIf((sequence, due_at),
        told.clock = 'legal' AND topic = 'case.review.events.v1') AS moved_legal
FROM {db}.events
WHERE topic IN ('case.intake.events.v1', 'case.review.events.v1')
    AND type IN ('cn.cunban.due-date.corrected.v1', 'cn.cunban.due-date.corrected.v2')
GROUP BY key;

CREATE MATERIALIZED VIEW {db}.steps_v1_of_corrections {on_cluster} TO {db}.steps_v1 AS
WITH JSONExtract(value, 'Tuple(clock String, step_id String,
    term Tuple(`limit` UInt32, unit String, started_at String, due_at String,
        provisional Bool, calendar_version String))') AS told
SELECT
    key AS case_id,
    told.step_id AS step_id,
    max((sequence, told.term.limit, told.term.unit,
        parseDateTime64BestEffortOrZero(told.term.started_at, 3, 'UTC'),
        parseDateTime64BestEffortOrZero(told.term.due_at, 3, 'UTC'),
        told.term.provisional, told.term.calendar_version)) AS moved
FROM {db}.events
WHERE topic = 'case.review.events.v1' AND type = 'cn.cunban.due-date.corrected.v2'
    AND told.clock = 'step'
GROUP BY key, step_id;

CREATE MATERIALIZED VIEW {db}.results_v1_of_corrections {on_cluster} TO {db}.results_v1 AS
WITH JSONExtract(value, 'Tuple(clock String, step_id String, organisation String,
    term Tuple(due_at String))') AS told
SELECT
    key AS case_id,
    max((sequence, told.step_id, told.organisation,
        parseDateTime64BestEffortOrZero(told.term.due_at, 3, 'UTC'))) AS clock
FROM {db}.events
WHERE topic = 'case.review.events.v1' AND type = 'cn.cunban.due-date.corrected.v2'
    AND told.clock = 'delivery'
GROUP BY key;
