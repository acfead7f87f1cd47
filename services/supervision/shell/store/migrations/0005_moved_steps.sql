-- What officers did with a route: steps moved to others, delegated, taken back undecided. Fed by
-- routing's topic, but for what review has followed. `move` numbers the moves of a step on both
-- topics: while routing has moved it once more than review has followed, the claim of before
-- counts no more. So a moved step stands in one queue, and never in two.

ALTER TABLE {db}.steps_v1 {on_cluster}
    ADD COLUMN placed SimpleAggregateFunction(max, Tuple(sequence UInt64, organisation String,
        holder String, move UInt32, at DateTime64(3, 'UTC'))),
    ADD COLUMN taken_over SimpleAggregateFunction(max, Tuple(sequence UInt64, role String)),
    ADD COLUMN delegated SimpleAggregateFunction(max, Tuple(sequence UInt64, stand_in String,
        acting_for String, since DateTime64(3, 'UTC'), until DateTime64(3, 'UTC'))),
    ADD COLUMN recalled SimpleAggregateFunction(max, Tuple(sequence UInt64, why String,
        at DateTime64(3, 'UTC'))),
    ADD COLUMN followed SimpleAggregateFunction(max, UInt32);

CREATE MATERIALIZED VIEW {db}.steps_v1_of_routes {on_cluster} TO {db}.steps_v1 AS
WITH
    type = 'cn.cunban.step.transferred.v1' AS is_transferred,
    type = 'cn.cunban.step.taken-over.v1' AS is_taken_over,
    type = 'cn.cunban.step.delegated.v1' AS is_delegated,
    type = 'cn.cunban.step.recalled.v1' AS is_recalled,
    type = 'cn.cunban.step.returned.v1' AS is_returned,
    type = 'cn.cunban.step.uploaded.v1' AS is_uploaded,
    JSONExtract(value, 'Tuple(step_id String, to_organisation String, to_officer String,
        officer_id String, role String, move UInt32, stand_in String, absent String,
        since String, until String, why String)') AS told
SELECT
    key AS case_id,
    told.step_id AS step_id,
    maxIf((sequence, told.to_organisation, if(is_taken_over, told.officer_id, told.to_officer),
        told.move, occurred_at), is_transferred OR is_taken_over) AS placed,
    maxIf((sequence, told.role), is_taken_over) AS taken_over,
    maxIf((sequence, told.stand_in, told.absent,
        parseDateTime64BestEffortOrZero(told.since, 3, 'UTC'),
        parseDateTime64BestEffortOrZero(told.until, 3, 'UTC')), is_delegated) AS delegated,
    maxIf((sequence, told.why, occurred_at), is_recalled) AS recalled,
    maxIf((sequence, if(is_returned, 'returned', 'uploaded'), told.officer_id, occurred_at),
        is_returned OR is_uploaded) AS closed
FROM {db}.events
WHERE topic = 'case.routing.events.v1' AND type IN ('cn.cunban.step.transferred.v1',
    'cn.cunban.step.taken-over.v1', 'cn.cunban.step.delegated.v1', 'cn.cunban.step.recalled.v1',
    'cn.cunban.step.returned.v1', 'cn.cunban.step.uploaded.v1')
GROUP BY key, step_id;

-- A move that review follows is a claim, too: by whom it names, or by nobody.
CREATE MATERIALIZED VIEW {db}.steps_v1_of_followed_moves {on_cluster} TO {db}.steps_v1 AS
WITH JSONExtract(value, 'Tuple(step_id String, officer_id String, move UInt32)') AS told
SELECT
    key AS case_id,
    told.step_id AS step_id,
    max((sequence, told.officer_id, occurred_at)) AS claimed,
    max(told.move) AS followed
FROM {db}.events
WHERE topic = 'case.review.events.v1' AND type = 'cn.cunban.step.moved.v1'
GROUP BY key, step_id;

-- A case that lies at a higher authority has its clocks moved by review, as by a stop.
CREATE MATERIALIZED VIEW {db}.cases_v1_of_reports {on_cluster} TO {db}.cases_v1 AS
WITH JSONExtract(value, 'Tuple(
    legal Tuple(`limit` UInt32, unit String, started_at String, due_at String,
        provisional Bool, calendar_version String),
    promised Tuple(`limit` UInt32, unit String, started_at String, due_at String,
        provisional Bool, calendar_version String))') AS told
SELECT
    key AS case_id,
    max((sequence, told.legal.limit, told.legal.unit,
        parseDateTime64BestEffortOrZero(told.legal.started_at, 3, 'UTC'),
        parseDateTime64BestEffortOrZero(told.legal.due_at, 3, 'UTC'),
        told.legal.provisional, told.legal.calendar_version)) AS moved_legal,
    max((sequence, told.promised.limit, told.promised.unit,
        parseDateTime64BestEffortOrZero(told.promised.started_at, 3, 'UTC'),
        parseDateTime64BestEffortOrZero(told.promised.due_at, 3, 'UTC'),
        told.promised.provisional, told.promised.calendar_version)) AS moved_promised
FROM {db}.events
WHERE topic = 'case.review.events.v1' AND type IN ('cn.cunban.clock.suspended.v1',
    'cn.cunban.clock.restarted.v1')
GROUP BY key;

CREATE OR REPLACE VIEW {db}.steps {on_cluster} AS
SELECT
    case_id,
    step_id,
    opened.number AS number,
    opened.stage AS stage,
    opened.title AS title,
    if(placed.sequence > 0, placed.organisation, opened.organisation) AS organisation,
    opened.duty AS duty,
    if(taken_over.sequence > 0, taken_over.role, opened.role) AS role,
    opened.item_code AS item,
    if(opened.sequence > 0, opened.at, NULL) AS opened_at,
    if(moved.sequence > 0, moved.limit, opened.limit) AS `limit`,
    if(moved.sequence > 0, moved.unit, opened.unit) AS unit,
    multiIf(moved.sequence > 0, moved.due_at, opened.sequence > 0, opened.due_at, NULL) AS due_at,
    if(moved.sequence > 0, moved.provisional, opened.provisional) AS provisional,
    if(moved.sequence > 0, moved.calendar_version, opened.calendar_version) AS calendar_version,
    if(received.sequence > 0, received.at, NULL) AS received_at,
    if(placed.move > followed, placed.holder, claimed.officer_id) AS claimed_by,
    multiIf(claimed_by = '', NULL, placed.move > followed, placed.at, claimed.at) AS claimed_at,
    if(closed.sequence > 0, closed.at, NULL) AS closed_at,
    closed.outcome AS outcome,
    if(closed.officer_id != '', closed.officer_id, concluded.officer_id) AS closed_by,
    placed.move AS moves,
    delegated.sequence > placed.sequence AS is_delegated,
    if(is_delegated, delegated.stand_in, '') AS stand_in,
    if(is_delegated, delegated.acting_for, '') AS acting_for,
    if(is_delegated, delegated.since, NULL) AS stand_in_since,
    if(is_delegated, delegated.until, NULL) AS stand_in_until,
    if(closed.sequence = 0, recalled.why, '') AS recalled_for
FROM (SELECT * FROM {db}.steps_v1 FINAL);
