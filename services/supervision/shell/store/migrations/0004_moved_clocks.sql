-- What review has moved: stops, resumes and extensions, and corrections of the calendar. Columns
-- of their own, since those of acceptance and opening are fed by other topics; the latest of
-- review's stream holds, and what acceptance or opening set only where review has said nothing.
-- A sequence of 0 means "never moved"; a clock that an event left as it was is null in it.

ALTER TABLE {db}.cases_v1 {on_cluster}
    ADD COLUMN moved_legal SimpleAggregateFunction(max, Tuple(sequence UInt64, `limit` UInt32,
        unit String, started_at DateTime64(3, 'UTC'), due_at DateTime64(3, 'UTC'),
        provisional Bool, calendar_version String)),
    ADD COLUMN moved_promised SimpleAggregateFunction(max, Tuple(sequence UInt64, `limit` UInt32,
        unit String, started_at DateTime64(3, 'UTC'), due_at DateTime64(3, 'UTC'),
        provisional Bool, calendar_version String));

ALTER TABLE {db}.steps_v1 {on_cluster}
    ADD COLUMN moved SimpleAggregateFunction(max, Tuple(sequence UInt64, `limit` UInt32,
        unit String, started_at DateTime64(3, 'UTC'), due_at DateTime64(3, 'UTC'),
        provisional Bool, calendar_version String));

CREATE MATERIALIZED VIEW {db}.cases_v1_of_moves {on_cluster} TO {db}.cases_v1 AS
WITH
    JSONExtract(value, 'Tuple(clock String,
        term Tuple(`limit` UInt32, unit String, started_at String, due_at String,
            provisional Bool, calendar_version String),
        legal Tuple(`limit` UInt32, unit String, started_at String, due_at String,
            provisional Bool, calendar_version String),
        promised Tuple(`limit` UInt32, unit String, started_at String, due_at String,
            provisional Bool, calendar_version String))') AS told,
    if(told.clock = 'legal', told.term, told.legal) AS legal,
    if(told.clock = 'promised', told.term, told.promised) AS promised
SELECT
    key AS case_id,
    maxIf((sequence, legal.limit, legal.unit,
        parseDateTime64BestEffortOrZero(legal.started_at, 3, 'UTC'),
        parseDateTime64BestEffortOrZero(legal.due_at, 3, 'UTC'),
        legal.provisional, legal.calendar_version), legal.limit > 0) AS moved_legal,
    maxIf((sequence, promised.limit, promised.unit,
        parseDateTime64BestEffortOrZero(promised.started_at, 3, 'UTC'),
        parseDateTime64BestEffortOrZero(promised.due_at, 3, 'UTC'),
        promised.provisional, promised.calendar_version), promised.limit > 0) AS moved_promised
FROM {db}.events
WHERE topic = 'case.review.events.v1' AND type IN ('cn.cunban.clock.stopped.v1',
    'cn.cunban.clock.resumed.v1', 'cn.cunban.clock.extended.v1',
    'cn.cunban.due-date.corrected.v1')
GROUP BY key;

-- A correction of the case's own clocks names no step.
CREATE MATERIALIZED VIEW {db}.steps_v1_of_moves {on_cluster} TO {db}.steps_v1 AS
WITH JSONExtract(value, 'Tuple(step_id String,
    term Tuple(`limit` UInt32, unit String, started_at String, due_at String,
        provisional Bool, calendar_version String))') AS told
SELECT
    key AS case_id,
    told.step_id AS step_id,
    maxIf((sequence, told.term.limit, told.term.unit,
        parseDateTime64BestEffortOrZero(told.term.started_at, 3, 'UTC'),
        parseDateTime64BestEffortOrZero(told.term.due_at, 3, 'UTC'),
        told.term.provisional, told.term.calendar_version), told.term.limit > 0) AS moved
FROM {db}.events
WHERE topic = 'case.review.events.v1' AND type IN ('cn.cunban.clock.stopped.v1',
    'cn.cunban.clock.resumed.v1', 'cn.cunban.clock.extended.v1',
    'cn.cunban.due-date.corrected.v1')
GROUP BY key, step_id
HAVING step_id != '';

-- The same names with the moved deadlines in them.

CREATE OR REPLACE VIEW {db}.cases {on_cluster} AS
SELECT
    case_id,
    'cunban' AS source,
    coalesce(nullIf(accepted.case_number, ''), submitted.case_number) AS case_number,
    multiIf(accepted.sequence > 0, accepted.item_code, submitted.sequence > 0,
        submitted.item_code, drafted.item_code) AS item,
    multiIf(accepted.sequence > 0, accepted.item_version, submitted.sequence > 0,
        submitted.item_version, drafted.item_version) AS item_version,
    accepted.kind AS kind,
    multiIf(accepted.sequence > 0, accepted.organisation, submitted.sequence > 0,
        submitted.organisation, drafted.organisation) AS organisation,
    accepted.department AS department,
    accepted.officer_id AS officer_id,
    if(submitted.sequence > 0, submitted.channel, drafted.channel) AS channel,
    multiIf(accepted.sequence > 0, accepted.applicant_ref, submitted.sequence > 0,
        submitted.applicant_ref, drafted.applicant_ref) AS applicant_ref,
    multiIf(
        completed.sequence > 0, 'completed',
        ended.sequence > 0, ended.how,
        accepted.sequence > 0, 'accepted',
        noticed.sequence > supplemented.sequence, 'deficiency_notified',
        supplemented.sequence > 0, 'supplemented',
        submitted.sequence > 0, 'submitted',
        drafted.sequence > 0, 'drafted',
        'unknown') AS status,
    if(submitted.sequence > 0, submitted.at, NULL) AS submitted_at,
    if(accepted.sequence > 0, accepted.at, NULL) AS accepted_at,
    if(completed.sequence > 0, completed.at, NULL) AS completed_at,
    if(ended.sequence > 0, ended.at, NULL) AS ended_at,
    completed.outcome AS outcome,
    laid.shape AS shape,
    if(answer.sequence > 0, answer.due_at, NULL) AS answer_due_at,
    multiIf(moved_promised.sequence > 0, moved_promised.due_at, promised.sequence > 0,
        promised.due_at, NULL) AS promised_due_at,
    multiIf(moved_legal.sequence > 0, moved_legal.due_at, legal.sequence > 0, legal.due_at,
        NULL) AS legal_due_at,
    multiIf(
        accepted.sequence > 0 AND moved_promised.sequence > 0, moved_promised.due_at,
        accepted.sequence > 0, promised.due_at,
        ended.sequence > 0 OR noticed.sequence > supplemented.sequence, NULL,
        answer.sequence > 0, answer.due_at,
        NULL) AS due_at,
    multiIf(moved_promised.sequence > 0, moved_promised.provisional, accepted.sequence > 0,
        promised.provisional, answer.provisional) AS provisional,
    intake_version, routing_version, review_version
FROM (SELECT * FROM {db}.cases_v1 FINAL)
UNION ALL
SELECT
    case_id,
    opened.log AS source,
    opened.log_case AS case_number,
    opened.item AS item,
    0 AS item_version,
    '' AS kind,
    opened.organisation AS organisation,
    '' AS department,
    opened.responsible AS officer_id,
    opened.channel AS channel,
    '' AS applicant_ref,
    if(closed.sequence > 0, 'completed', 'accepted') AS status,
    NULL AS submitted_at,
    if(opened.sequence > 0, opened.at, NULL) AS accepted_at,
    if(closed.sequence > 0, closed.at, NULL) AS completed_at,
    NULL AS ended_at,
    '' AS outcome,
    '' AS shape,
    NULL AS answer_due_at,
    nullIf(opened.deadline, toDateTime64(0, 3, 'UTC')) AS promised_due_at,
    nullIf(opened.deadline, toDateTime64(0, 3, 'UTC')) AS legal_due_at,
    nullIf(opened.deadline, toDateTime64(0, 3, 'UTC')) AS due_at,
    false AS provisional,
    0 AS intake_version, 0 AS routing_version, 0 AS review_version
FROM (SELECT * FROM {db}.external_cases_v1 FINAL);

CREATE OR REPLACE VIEW {db}.case_clocks {on_cluster} AS
SELECT
    case_id,
    answer,
    if(moved_legal.sequence > 0, moved_legal, legal) AS legal,
    if(moved_promised.sequence > 0, moved_promised, promised) AS promised
FROM (SELECT * FROM {db}.cases_v1 FINAL);

CREATE OR REPLACE VIEW {db}.steps {on_cluster} AS
SELECT
    case_id,
    step_id,
    opened.number AS number,
    opened.stage AS stage,
    opened.title AS title,
    opened.organisation AS organisation,
    opened.duty AS duty,
    opened.role AS role,
    opened.item_code AS item,
    if(opened.sequence > 0, opened.at, NULL) AS opened_at,
    if(moved.sequence > 0, moved.limit, opened.limit) AS `limit`,
    if(moved.sequence > 0, moved.unit, opened.unit) AS unit,
    multiIf(moved.sequence > 0, moved.due_at, opened.sequence > 0, opened.due_at, NULL) AS due_at,
    if(moved.sequence > 0, moved.provisional, opened.provisional) AS provisional,
    if(moved.sequence > 0, moved.calendar_version, opened.calendar_version) AS calendar_version,
    if(received.sequence > 0, received.at, NULL) AS received_at,
    claimed.officer_id AS claimed_by,
    if(claimed.officer_id != '', claimed.at, NULL) AS claimed_at,
    if(closed.sequence > 0, closed.at, NULL) AS closed_at,
    closed.outcome AS outcome,
    if(closed.officer_id != '', closed.officer_id, concluded.officer_id) AS closed_by
FROM (SELECT * FROM {db}.steps_v1 FINAL);
