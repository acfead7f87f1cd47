-- The read models: one view for each fact that a table remembers. `max` over a tuple that begins
-- with the sequence keeps the latest of its kind, whatever comes twice or in another order; each
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

CREATE MATERIALIZED VIEW {db}.cases_v1_versions {on_cluster} TO {db}.cases_v1 AS
SELECT
    key AS case_id,
    if(topic = 'case.intake.events.v1', sequence, 0) AS intake_version,
    if(topic = 'case.routing.events.v1', sequence, 0) AS routing_version,
    if(topic = 'case.review.events.v1', sequence, 0) AS review_version
FROM {db}.events
WHERE topic IN ('case.intake.events.v1', 'case.routing.events.v1', 'case.review.events.v1');

CREATE MATERIALIZED VIEW {db}.cases_v1_drafted {on_cluster} TO {db}.cases_v1 AS
WITH JSONExtract(value, 'Tuple(item_code String, item_version UInt32, organisation String,
    channel String, applicant_ref String)') AS told
SELECT
    key AS case_id,
    (sequence, told.item_code, told.item_version, told.organisation, told.channel,
        told.applicant_ref, occurred_at) AS drafted
FROM {db}.events
WHERE topic = 'case.intake.events.v1' AND type = 'cn.cunban.application.drafted.v1';

CREATE MATERIALIZED VIEW {db}.cases_v1_submitted {on_cluster} TO {db}.cases_v1 AS
WITH JSONExtract(value, 'Tuple(case_number String, item_code String, item_version UInt32,
    organisation String, channel String, applicant_ref String, agent_ref String,
    answer Tuple(`limit` UInt32, unit String, started_at String, due_at String, provisional Bool,
        calendar_version String))') AS told
SELECT
    key AS case_id,
    (sequence, told.case_number, told.item_code, told.item_version, told.organisation,
        told.channel, told.applicant_ref, told.agent_ref, occurred_at) AS submitted,
    (sequence, told.answer.limit, told.answer.unit,
        parseDateTime64BestEffortOrZero(told.answer.started_at, 3, 'UTC'),
        parseDateTime64BestEffortOrZero(told.answer.due_at, 3, 'UTC'),
        told.answer.provisional, told.answer.calendar_version) AS answer
FROM {db}.events
WHERE topic = 'case.intake.events.v1' AND type = 'cn.cunban.application.submitted.v1';

CREATE MATERIALIZED VIEW {db}.cases_v1_noticed {on_cluster} TO {db}.cases_v1 AS
SELECT
    key AS case_id,
    (sequence, JSONExtractString(value, 'notice_number'), occurred_at) AS noticed,
    toNullable(occurred_at) AS first_noticed_at
FROM {db}.events
WHERE topic = 'case.intake.events.v1' AND type IN (
    'cn.cunban.application.deficiency-notified.v1',
    'cn.cunban.application.deficiency-notified.v2');

CREATE MATERIALIZED VIEW {db}.cases_v1_supplemented {on_cluster} TO {db}.cases_v1 AS
WITH JSONExtract(value, 'answer', 'Tuple(`limit` UInt32, unit String, started_at String,
    due_at String, provisional Bool, calendar_version String)') AS term
SELECT
    key AS case_id,
    (sequence, occurred_at) AS supplemented,
    (sequence, term.limit, term.unit,
        parseDateTime64BestEffortOrZero(term.started_at, 3, 'UTC'),
        parseDateTime64BestEffortOrZero(term.due_at, 3, 'UTC'),
        term.provisional, term.calendar_version) AS answer
FROM {db}.events
WHERE topic = 'case.intake.events.v1' AND type = 'cn.cunban.application.supplemented.v1';

CREATE MATERIALIZED VIEW {db}.cases_v1_accepted {on_cluster} TO {db}.cases_v1 AS
WITH JSONExtract(value, 'Tuple(case_number String, item_code String, item_version UInt32,
    kind String, organisation String, department String, applicant_ref String,
    legal Tuple(`limit` UInt32, unit String, started_at String, due_at String, provisional Bool,
        calendar_version String),
    promised Tuple(`limit` UInt32, unit String, started_at String, due_at String,
        provisional Bool, calendar_version String))') AS told
SELECT
    key AS case_id,
    (sequence, told.case_number, told.item_code, told.item_version, told.kind,
        told.organisation, told.department, told.applicant_ref, toString(actor),
        occurred_at) AS accepted,
    (sequence, told.legal.limit, told.legal.unit,
        parseDateTime64BestEffortOrZero(told.legal.started_at, 3, 'UTC'),
        parseDateTime64BestEffortOrZero(told.legal.due_at, 3, 'UTC'),
        told.legal.provisional, told.legal.calendar_version) AS legal,
    (sequence, told.promised.limit, told.promised.unit,
        parseDateTime64BestEffortOrZero(told.promised.started_at, 3, 'UTC'),
        parseDateTime64BestEffortOrZero(told.promised.due_at, 3, 'UTC'),
        told.promised.provisional, told.promised.calendar_version) AS promised
FROM {db}.events
WHERE topic = 'case.intake.events.v1' AND type = 'cn.cunban.case.accepted.v1';

CREATE MATERIALIZED VIEW {db}.cases_v1_ended {on_cluster} TO {db}.cases_v1 AS
SELECT
    key AS case_id,
    (sequence,
        if(type = 'cn.cunban.case.not-accepted.v1', 'not_accepted', 'withdrawn'),
        occurred_at) AS ended
FROM {db}.events
WHERE topic = 'case.intake.events.v1'
    AND type IN ('cn.cunban.case.not-accepted.v1', 'cn.cunban.application.withdrawn.v1');

CREATE MATERIALIZED VIEW {db}.cases_v1_laid {on_cluster} TO {db}.cases_v1 AS
SELECT key AS case_id, (sequence, JSONExtractString(value, 'shape')) AS laid
FROM {db}.events
WHERE topic = 'case.routing.events.v1' AND type = 'cn.cunban.route.laid.v1';

CREATE MATERIALIZED VIEW {db}.cases_v1_completed {on_cluster} TO {db}.cases_v1 AS
SELECT key AS case_id, (sequence, JSONExtractString(value, 'outcome'), occurred_at) AS completed
FROM {db}.events
WHERE topic = 'case.routing.events.v1' AND type = 'cn.cunban.case.completed.v1';

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

CREATE MATERIALIZED VIEW {db}.steps_v1_opened {on_cluster} TO {db}.steps_v1 AS
WITH JSONExtract(value, 'Tuple(step_id String, number UInt8, stage UInt8, title String,
    organisation String, duty String, role String, item_code String,
    term Tuple(`limit` UInt32, unit String, due_at String, provisional Bool,
        calendar_version String))') AS told
SELECT
    key AS case_id,
    told.step_id AS step_id,
    (sequence, told.number, told.stage, told.title, told.organisation, told.duty, told.role,
        told.item_code, occurred_at, told.term.limit, told.term.unit,
        parseDateTime64BestEffortOrZero(told.term.due_at, 3, 'UTC'),
        told.term.provisional, told.term.calendar_version) AS opened
FROM {db}.events
WHERE topic = 'case.routing.events.v1' AND type = 'cn.cunban.step.opened.v1';

CREATE MATERIALIZED VIEW {db}.steps_v1_closed {on_cluster} TO {db}.steps_v1 AS
WITH JSONExtract(value,
    'Tuple(step_id String, outcome String, officer_id String)') AS told
SELECT
    key AS case_id,
    told.step_id AS step_id,
    (sequence, told.outcome, told.officer_id, occurred_at) AS closed
FROM {db}.events
WHERE topic = 'case.routing.events.v1' AND type = 'cn.cunban.step.closed.v1';

CREATE MATERIALIZED VIEW {db}.steps_v1_received {on_cluster} TO {db}.steps_v1 AS
SELECT
    key AS case_id,
    JSONExtractString(value, 'step_id') AS step_id,
    (sequence, occurred_at) AS received
FROM {db}.events
WHERE topic = 'case.review.events.v1' AND type = 'cn.cunban.step.received.v1';

-- A release is a claim by nobody.
CREATE MATERIALIZED VIEW {db}.steps_v1_claimed {on_cluster} TO {db}.steps_v1 AS
WITH JSONExtract(value, 'Tuple(step_id String, officer_id String)') AS told
SELECT
    key AS case_id,
    told.step_id AS step_id,
    (sequence, if(type = 'cn.cunban.step.claimed.v1', told.officer_id, ''),
        occurred_at) AS claimed
FROM {db}.events
WHERE topic = 'case.review.events.v1'
    AND type IN ('cn.cunban.step.claimed.v1', 'cn.cunban.step.released.v1');

CREATE MATERIALIZED VIEW {db}.steps_v1_concluded {on_cluster} TO {db}.steps_v1 AS
WITH JSONExtract(value,
    'Tuple(step_id String, officer_id String, outcome String, opinion String)') AS told
SELECT
    key AS case_id,
    told.step_id AS step_id,
    (sequence, if(type = 'cn.cunban.step.decided.v1', told.outcome, told.opinion),
        told.officer_id, occurred_at) AS concluded
FROM {db}.events
WHERE topic = 'case.review.events.v1'
    AND type IN ('cn.cunban.step.decided.v1', 'cn.cunban.opinion.given.v1');

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

CREATE MATERIALIZED VIEW {db}.external_cases_v1_opened {on_cluster}
TO {db}.external_cases_v1 AS
WITH JSONExtract(value, 'Tuple(log String, log_case String, item String, organisation String,
    responsible String, channel String, deadline String, planned_end String)') AS told
SELECT
    key AS case_id,
    (sequence, told.log, told.log_case, told.item, told.organisation, told.responsible,
        told.channel, parseDateTime64BestEffortOrZero(told.deadline, 3, 'UTC'),
        parseDateTime64BestEffortOrZero(told.planned_end, 3, 'UTC'), occurred_at) AS opened
FROM {db}.events
WHERE topic = 'case.external.events.v1' AND type = 'cn.cunban.external.case-opened.v1';

CREATE MATERIALIZED VIEW {db}.external_cases_v1_closed {on_cluster}
TO {db}.external_cases_v1 AS
SELECT key AS case_id, (sequence, occurred_at) AS closed
FROM {db}.events
WHERE topic = 'case.external.events.v1' AND type = 'cn.cunban.external.case-closed.v1';

-- Each act of an officer on a case, once. `day` is the county's calendar day.
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

CREATE MATERIALIZED VIEW {db}.acts_v1_own {on_cluster} TO {db}.acts_v1 AS
SELECT
    toString(actor) AS officer_id,
    toDate(occurred_at, 'Asia/Shanghai') AS day,
    topic, key, sequence, occurred_at,
    'cunban' AS source,
    events.source AS organisation,
    type,
    JSONExtractString(value, 'action') AS activity,
    type = 'cn.cunban.action.refused.v1' AS refused,
    bitNot(offset) AS earliest
FROM {db}.events
WHERE topic IN ('case.intake.events.v1', 'case.routing.events.v1', 'case.review.events.v1',
        'case.supervision.events.v1')
    AND actor NOT IN ('system', 'applicant');

CREATE MATERIALIZED VIEW {db}.acts_v1_external {on_cluster} TO {db}.acts_v1 AS
WITH JSONExtract(value, 'Tuple(log String, activity String, officer String,
    organisation String)') AS told
SELECT
    told.officer AS officer_id,
    toDate(occurred_at, 'Asia/Shanghai') AS day,
    topic, key, sequence, occurred_at,
    told.log AS source,
    told.organisation AS organisation,
    type,
    told.activity AS activity,
    false AS refused,
    bitNot(offset) AS earliest
FROM {db}.events
WHERE topic = 'case.external.events.v1' AND type = 'cn.cunban.external.act-recorded.v1';

CREATE TABLE {db}.presence_v1 {on_cluster}
(
    officer_id String,
    sequence UInt64,
    session_id String,
    transition LowCardinality(String),
    since DateTime64(3, 'UTC'),
    organisation LowCardinality(String),
    device String,
    earliest UInt64,
    INDEX since_range since TYPE minmax GRANULARITY 1
)
ENGINE = {engine:ReplacingMergeTree(earliest)}
ORDER BY (officer_id, sequence);

CREATE MATERIALIZED VIEW {db}.presence_v1_transitions {on_cluster} TO {db}.presence_v1 AS
WITH JSONExtract(value,
    'Tuple(session_id String, since String, organisation String, device String)') AS told
SELECT
    key AS officer_id,
    sequence,
    told.session_id AS session_id,
    replaceOne(replaceOne(replaceOne(toString(type), 'cn.cunban.officer.', ''), '.v1', ''),
        '-', '_') AS transition,
    if(told.since = '', occurred_at,
        parseDateTime64BestEffortOrZero(told.since, 3, 'UTC')) AS since,
    if(told.organisation = '', toString(source), told.organisation) AS organisation,
    told.device AS device,
    bitNot(offset) AS earliest
FROM {db}.events
WHERE topic = 'officer.presence.events.v1' AND startsWith(type, 'cn.cunban.officer.');
