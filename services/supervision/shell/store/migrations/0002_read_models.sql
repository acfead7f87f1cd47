-- The read models: one table and one view a subject. `max` over a tuple that begins with the
-- sequence keeps the latest of its kind, whatever comes twice or in another order; each
-- column is fed by one topic only, so that sequences can be compared.
-- A sequence of 0 means "has not happened", an instant of 1970 "there is none".
-- A view is never edited: another form is another table with another suffix.

CREATE TABLE {db}.cases_v1 {on_cluster}
(
    case_id String,
    drafted SimpleAggregateFunction(max, Tuple(sequence UInt64, item_code String,
        item_version UInt32, organisation String, channel String, applicant_ref String,
        at DateTime64(3, 'UTC'))),
    submitted SimpleAggregateFunction(max, Tuple(sequence UInt64, case_number String,
        item_code String, item_version UInt32, organisation String, channel String,
        applicant_ref String, agent_ref String, at DateTime64(3, 'UTC'))),
    answer SimpleAggregateFunction(max, Tuple(sequence UInt64, `limit` UInt32, unit String,
        started_at DateTime64(3, 'UTC'), due_at DateTime64(3, 'UTC'), provisional Bool,
        calendar_version String)),
    noticed SimpleAggregateFunction(max, Tuple(sequence UInt64, notice_number String,
        at DateTime64(3, 'UTC'))),
    first_noticed_at SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
    supplemented SimpleAggregateFunction(max, Tuple(sequence UInt64, at DateTime64(3, 'UTC'))),
    accepted SimpleAggregateFunction(max, Tuple(sequence UInt64, case_number String,
        item_code String, item_version UInt32, kind String, organisation String,
        department String, applicant_ref String, officer_id String, at DateTime64(3, 'UTC'))),
    legal SimpleAggregateFunction(max, Tuple(sequence UInt64, `limit` UInt32, unit String,
        started_at DateTime64(3, 'UTC'), due_at DateTime64(3, 'UTC'), provisional Bool,
        calendar_version String)),
    promised SimpleAggregateFunction(max, Tuple(sequence UInt64, `limit` UInt32, unit String,
        started_at DateTime64(3, 'UTC'), due_at DateTime64(3, 'UTC'), provisional Bool,
        calendar_version String)),
    ended SimpleAggregateFunction(max, Tuple(sequence UInt64, how String,
        at DateTime64(3, 'UTC'))),
    laid SimpleAggregateFunction(max, Tuple(sequence UInt64, shape String)),
    completed SimpleAggregateFunction(max, Tuple(sequence UInt64, outcome String,
        at DateTime64(3, 'UTC'))),
    intake_version SimpleAggregateFunction(max, UInt64),
    routing_version SimpleAggregateFunction(max, UInt64),
    review_version SimpleAggregateFunction(max, UInt64)
)
ENGINE = {engine:AggregatingMergeTree}
ORDER BY case_id;

-- One view for the whole table: each further one costs every insert a part of its own.
CREATE MATERIALIZED VIEW {db}.cases_v1_of_events {on_cluster} TO {db}.cases_v1 AS
WITH
    type = 'cn.cunban.application.drafted.v1' AS is_drafted,
    type = 'cn.cunban.application.submitted.v1' AS is_submitted,
    type IN ('cn.cunban.application.deficiency-notified.v1',
        'cn.cunban.application.deficiency-notified.v2') AS is_noticed,
    type = 'cn.cunban.application.supplemented.v1' AS is_supplemented,
    type = 'cn.cunban.case.accepted.v1' AS is_accepted,
    type = 'cn.cunban.case.not-accepted.v1' AS is_not_accepted,
    type = 'cn.cunban.application.withdrawn.v1' AS is_withdrawn,
    type = 'cn.cunban.route.laid.v1' AS is_laid,
    type = 'cn.cunban.case.completed.v1' AS is_completed,
    JSONExtract(
        if(is_drafted OR is_submitted OR is_noticed OR is_supplemented OR is_accepted OR is_laid
            OR is_completed, value, '{}'),
        'Tuple(case_number String, notice_number String, item_code String, item_version UInt32,
            kind String, organisation String, department String, channel String,
            applicant_ref String, agent_ref String, shape String, outcome String,
            answer Tuple(`limit` UInt32, unit String, started_at String, due_at String,
                provisional Bool, calendar_version String),
            legal Tuple(`limit` UInt32, unit String, started_at String, due_at String,
                provisional Bool, calendar_version String),
            promised Tuple(`limit` UInt32, unit String, started_at String, due_at String,
                provisional Bool, calendar_version String))') AS told
SELECT
    key AS case_id,
    maxIf((sequence, told.item_code, told.item_version, told.organisation, told.channel,
        told.applicant_ref, occurred_at), is_drafted) AS drafted,
    maxIf((sequence, told.case_number, told.item_code, told.item_version, told.organisation,
        told.channel, told.applicant_ref, told.agent_ref, occurred_at), is_submitted) AS submitted,
    maxIf((sequence, told.answer.limit, told.answer.unit,
        parseDateTime64BestEffortOrZero(told.answer.started_at, 3, 'UTC'),
        parseDateTime64BestEffortOrZero(told.answer.due_at, 3, 'UTC'),
        told.answer.provisional, told.answer.calendar_version),
        is_submitted OR is_supplemented) AS answer,
    maxIf((sequence, told.notice_number, occurred_at), is_noticed) AS noticed,
    minIf(toNullable(occurred_at), is_noticed) AS first_noticed_at,
    maxIf((sequence, occurred_at), is_supplemented) AS supplemented,
    maxIf((sequence, told.case_number, told.item_code, told.item_version, told.kind,
        told.organisation, told.department, told.applicant_ref, toString(actor), occurred_at),
        is_accepted) AS accepted,
    maxIf((sequence, told.legal.limit, told.legal.unit,
        parseDateTime64BestEffortOrZero(told.legal.started_at, 3, 'UTC'),
        parseDateTime64BestEffortOrZero(told.legal.due_at, 3, 'UTC'),
        told.legal.provisional, told.legal.calendar_version), is_accepted) AS legal,
    maxIf((sequence, told.promised.limit, told.promised.unit,
        parseDateTime64BestEffortOrZero(told.promised.started_at, 3, 'UTC'),
        parseDateTime64BestEffortOrZero(told.promised.due_at, 3, 'UTC'),
        told.promised.provisional, told.promised.calendar_version), is_accepted) AS promised,
    maxIf((sequence, if(is_withdrawn, 'withdrawn', 'not_accepted'), occurred_at),
        is_withdrawn OR is_not_accepted) AS ended,
    maxIf((sequence, told.shape), is_laid) AS laid,
    maxIf((sequence, told.outcome, occurred_at), is_completed) AS completed,
    maxIf(sequence, topic = 'case.intake.events.v1') AS intake_version,
    maxIf(sequence, topic = 'case.routing.events.v1') AS routing_version,
    maxIf(sequence, topic = 'case.review.events.v1') AS review_version
FROM {db}.events
WHERE topic IN ('case.intake.events.v1', 'case.routing.events.v1', 'case.review.events.v1')
GROUP BY key;

CREATE TABLE {db}.steps_v1 {on_cluster}
(
    case_id String,
    step_id String,
    opened SimpleAggregateFunction(max, Tuple(sequence UInt64, number UInt8, stage UInt8,
        title String, organisation String, duty String, role String, item_code String,
        at DateTime64(3, 'UTC'), `limit` UInt32, unit String, due_at DateTime64(3, 'UTC'),
        provisional Bool, calendar_version String)),
    closed SimpleAggregateFunction(max, Tuple(sequence UInt64, outcome String, officer_id String,
        at DateTime64(3, 'UTC'))),
    received SimpleAggregateFunction(max, Tuple(sequence UInt64, at DateTime64(3, 'UTC'))),
    claimed SimpleAggregateFunction(max, Tuple(sequence UInt64, officer_id String,
        at DateTime64(3, 'UTC'))),
    concluded SimpleAggregateFunction(max, Tuple(sequence UInt64, outcome String,
        officer_id String, at DateTime64(3, 'UTC')))
)
ENGINE = {engine:AggregatingMergeTree}
ORDER BY (case_id, step_id);

-- A release is a claim by nobody.
CREATE MATERIALIZED VIEW {db}.steps_v1_of_events {on_cluster} TO {db}.steps_v1 AS
WITH
    type = 'cn.cunban.step.opened.v1' AS is_opened,
    type = 'cn.cunban.step.closed.v1' AS is_closed,
    type = 'cn.cunban.step.received.v1' AS is_received,
    type = 'cn.cunban.step.claimed.v1' AS is_claimed,
    type = 'cn.cunban.step.released.v1' AS is_released,
    type = 'cn.cunban.step.decided.v1' AS is_decided,
    type = 'cn.cunban.opinion.given.v1' AS is_heard,
    JSONExtract(value, 'Tuple(step_id String, number UInt8, stage UInt8, title String,
        organisation String, duty String, role String, item_code String, outcome String,
        opinion String, officer_id String,
        term Tuple(`limit` UInt32, unit String, due_at String, provisional Bool,
            calendar_version String))') AS told
SELECT
    key AS case_id,
    told.step_id AS step_id,
    maxIf((sequence, told.number, told.stage, told.title, told.organisation, told.duty,
        told.role, told.item_code, occurred_at, told.term.limit, told.term.unit,
        parseDateTime64BestEffortOrZero(told.term.due_at, 3, 'UTC'),
        told.term.provisional, told.term.calendar_version), is_opened) AS opened,
    maxIf((sequence, told.outcome, told.officer_id, occurred_at), is_closed) AS closed,
    maxIf((sequence, occurred_at), is_received) AS received,
    maxIf((sequence, if(is_claimed, told.officer_id, ''), occurred_at),
        is_claimed OR is_released) AS claimed,
    maxIf((sequence, if(is_decided, told.outcome, told.opinion), told.officer_id, occurred_at),
        is_decided OR is_heard) AS concluded
FROM {db}.events
WHERE topic IN ('case.routing.events.v1', 'case.review.events.v1') AND type IN (
    'cn.cunban.step.opened.v1', 'cn.cunban.step.closed.v1', 'cn.cunban.step.received.v1',
    'cn.cunban.step.claimed.v1', 'cn.cunban.step.released.v1', 'cn.cunban.step.decided.v1',
    'cn.cunban.opinion.given.v1')
GROUP BY key, step_id;

CREATE TABLE {db}.external_cases_v1 {on_cluster}
(
    case_id String,
    opened SimpleAggregateFunction(max, Tuple(sequence UInt64, log String, log_case String,
        item String, organisation String, responsible String, channel String,
        deadline DateTime64(3, 'UTC'), planned_end DateTime64(3, 'UTC'),
        at DateTime64(3, 'UTC'))),
    closed SimpleAggregateFunction(max, Tuple(sequence UInt64, at DateTime64(3, 'UTC')))
)
ENGINE = {engine:AggregatingMergeTree}
ORDER BY case_id;

CREATE MATERIALIZED VIEW {db}.external_cases_v1_of_events {on_cluster}
TO {db}.external_cases_v1 AS
WITH JSONExtract(value, 'Tuple(log String, log_case String, item String, organisation String,
    responsible String, channel String, deadline String, planned_end String)') AS told
SELECT
    key AS case_id,
    maxIf((sequence, told.log, told.log_case, told.item, told.organisation, told.responsible,
        told.channel, parseDateTime64BestEffortOrZero(told.deadline, 3, 'UTC'),
        parseDateTime64BestEffortOrZero(told.planned_end, 3, 'UTC'), occurred_at),
        type = 'cn.cunban.external.case-opened.v1') AS opened,
    maxIf((sequence, occurred_at), type = 'cn.cunban.external.case-closed.v1') AS closed
FROM {db}.events
WHERE topic = 'case.external.events.v1' AND type IN (
    'cn.cunban.external.case-opened.v1', 'cn.cunban.external.case-closed.v1')
GROUP BY key;

-- Each act of an officer on a case, once. `day` is the county's calendar day, of an imported act
-- the day at its place.
CREATE TABLE {db}.acts_v1 {on_cluster}
(
    officer_id String,
    day Date,
    topic LowCardinality(String),
    key String,
    sequence UInt64,
    occurred_at DateTime64(3, 'UTC'),
    source LowCardinality(String),
    organisation LowCardinality(String),
    type LowCardinality(String),
    activity String,
    refused Bool,
    earliest UInt64
)
ENGINE = {engine:ReplacingMergeTree(earliest)}
ORDER BY (officer_id, day, topic, key, sequence);

CREATE MATERIALIZED VIEW {db}.acts_v1_of_events {on_cluster} TO {db}.acts_v1 AS
WITH
    topic = 'case.external.events.v1' AS is_external,
    type = 'cn.cunban.action.refused.v1' AS is_refused,
    JSONExtract(if(is_external OR is_refused, value, '{}'), 'Tuple(log String, activity String,
        officer String, organisation String, action String, acted_on String)') AS told
SELECT
    if(is_external, told.officer, toString(actor)) AS officer_id,
    if(told.acted_on = '', toDate(occurred_at, 'Asia/Shanghai'), toDate(told.acted_on)) AS day,
    topic, key, sequence, occurred_at,
    if(is_external, told.log, 'cunban') AS source,
    if(is_external, told.organisation, toString(events.source)) AS organisation,
    type,
    if(is_external, told.activity, told.action) AS activity,
    is_refused AS refused,
    bitNot(offset) AS earliest
FROM {db}.events
WHERE type = 'cn.cunban.external.act-recorded.v1' OR (
    topic IN ('case.intake.events.v1', 'case.routing.events.v1', 'case.review.events.v1',
        'case.supervision.events.v1')
    AND actor NOT IN ('system', 'applicant'));

CREATE TABLE {db}.presence_v1 {on_cluster}
(
    officer_id String,
    sequence UInt64,
    type LowCardinality(String),
    session_id String,
    since DateTime64(3, 'UTC'),
    organisation LowCardinality(String),
    device String,
    earliest UInt64,
    INDEX since_range since TYPE minmax GRANULARITY 1
)
ENGINE = {engine:ReplacingMergeTree(earliest)}
ORDER BY (officer_id, sequence);

CREATE MATERIALIZED VIEW {db}.presence_v1_of_events {on_cluster} TO {db}.presence_v1 AS
WITH JSONExtract(value,
    'Tuple(session_id String, since String, organisation String, device String)') AS told
SELECT
    key AS officer_id,
    sequence,
    type,
    told.session_id AS session_id,
    if(told.since = '', occurred_at,
        parseDateTime64BestEffortOrZero(told.since, 3, 'UTC')) AS since,
    if(told.organisation = '', toString(source), told.organisation) AS organisation,
    told.device AS device,
    bitNot(offset) AS earliest
FROM {db}.events
WHERE topic = 'officer.presence.events.v1' AND startsWith(type, 'cn.cunban.officer.');
