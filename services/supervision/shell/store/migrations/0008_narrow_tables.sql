-- Cases in another form: flat and narrow, one table for our own and imported ones, so that lists
-- and figures over a million of them take a tenth of a second (docs/performance.md). The terms of
-- the clocks in full stay in cases_v1. Each fact here happens to a case once at most (drafted, submitted,
-- accepted, completed, ended), so that a plain min or max of its parts is the fact, whatever comes
-- twice or in another order; '' and NULL mean "has not happened". Only moved deadlines come again:
-- they bear the sequence.
--
-- `first_appended_at` and `last_appended_at` are over all events of a case: whose last was appended
-- by an instant stands at it as it stands now; whose first came later was not there yet
-- (store/then.py).
CREATE TABLE {db}.cases_v2 {on_cluster}
(
    case_id String,
    source SimpleAggregateFunction(max, LowCardinality(String)),
    case_number SimpleAggregateFunction(max, String),
    applicant_ref SimpleAggregateFunction(max, String),
    drafted_version SimpleAggregateFunction(max, UInt32),
    drafted_channel SimpleAggregateFunction(max, LowCardinality(String)),
    drafted_item SimpleAggregateFunction(max, LowCardinality(String)),
    drafted_organisation SimpleAggregateFunction(max, LowCardinality(String)),
    submitted_at SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
    submitted_version SimpleAggregateFunction(max, UInt32),
    submitted_channel SimpleAggregateFunction(max, LowCardinality(String)),
    submitted_item SimpleAggregateFunction(max, LowCardinality(String)),
    submitted_organisation SimpleAggregateFunction(max, LowCardinality(String)),
    accepted_version SimpleAggregateFunction(max, UInt32),
    kind SimpleAggregateFunction(max, LowCardinality(String)),
    department SimpleAggregateFunction(max, LowCardinality(String)),
    accepted_item SimpleAggregateFunction(max, LowCardinality(String)),
    accepted_organisation SimpleAggregateFunction(max, LowCardinality(String)),
    officer_id SimpleAggregateFunction(max, LowCardinality(String)),
    noticed SimpleAggregateFunction(max, UInt64),
    supplemented SimpleAggregateFunction(max, UInt64),
    shape SimpleAggregateFunction(max, LowCardinality(String)),
    outcome SimpleAggregateFunction(max, LowCardinality(String)),
    ended_how SimpleAggregateFunction(max, LowCardinality(String)),
    accepted_at SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
    completed_at SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
    ended_at SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
    answer_due SimpleAggregateFunction(max, Tuple(sequence UInt64, at DateTime64(3, 'UTC'),
        provisional Bool)),
    promised_due SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
    legal_due SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
    promised_provisional SimpleAggregateFunction(max, Bool),
    moved_promised SimpleAggregateFunction(max, Tuple(sequence UInt64, at DateTime64(3, 'UTC'),
        provisional Bool)),
    moved_legal SimpleAggregateFunction(max, Tuple(sequence UInt64, at DateTime64(3, 'UTC'))),
    intake_version SimpleAggregateFunction(max, UInt64),
    routing_version SimpleAggregateFunction(max, UInt64),
    review_version SimpleAggregateFunction(max, UInt64),
    first_appended_at SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
    last_appended_at SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
)
ENGINE = {engine:AggregatingMergeTree}
ORDER BY case_id
SETTINGS index_granularity = 1024;

CREATE MATERIALIZED VIEW {db}.cases_v2_of_events {on_cluster} TO {db}.cases_v2 AS
WITH
    topic = 'case.external.events.v1' AS is_external,
    type = 'cn.cunban.application.drafted.v1' AS is_drafted,
    type = 'cn.cunban.application.submitted.v1' AS is_submitted,
    type = 'cn.cunban.application.supplemented.v1' AS is_supplemented,
    type = 'cn.cunban.case.accepted.v1' AS is_accepted,
    type = 'cn.cunban.route.laid.v1' AS is_laid,
    type = 'cn.cunban.case.completed.v1' AS is_completed,
    type = 'cn.cunban.external.case-opened.v1' AS is_opened,
    type IN ('cn.cunban.clock.stopped.v1', 'cn.cunban.clock.resumed.v1',
        'cn.cunban.clock.extended.v1', 'cn.cunban.due-date.corrected.v1',
        'cn.cunban.clock.suspended.v1', 'cn.cunban.clock.restarted.v1') AS is_moved,
    JSONExtract(
        if(is_drafted OR is_submitted OR is_supplemented OR is_accepted OR is_laid OR is_completed
            OR is_opened OR is_moved, value, '{}'),
        'Tuple(log String, log_case String, item String, responsible String, deadline String,
            case_number String, item_code String, item_version UInt32, kind String,
            organisation String, department String, channel String, applicant_ref String,
            shape String, outcome String, clock String,
            answer Tuple(due_at String, provisional Bool),
            term Tuple(`limit` UInt32, due_at String, provisional Bool),
            legal Tuple(`limit` UInt32, due_at String, provisional Bool),
            promised Tuple(`limit` UInt32, due_at String, provisional Bool))') AS told,
    if(told.clock = 'legal', told.term, told.legal) AS legal,
    if(told.clock = 'promised', told.term, told.promised) AS promised,
    parseDateTime64BestEffortOrNull(told.deadline, 3, 'UTC') AS deadline
SELECT
    key AS case_id,
    max(if(is_external, told.log, 'cunban')) AS source,
    max(if(is_opened, told.log_case, told.case_number)) AS case_number,
    max(told.applicant_ref) AS applicant_ref,
    maxIf(told.item_version, is_drafted) AS drafted_version,
    maxIf(told.channel, is_drafted) AS drafted_channel,
    maxIf(told.item_code, is_drafted) AS drafted_item,
    maxIf(told.organisation, is_drafted) AS drafted_organisation,
    minIf(toNullable(occurred_at), is_submitted) AS submitted_at,
    maxIf(told.item_version, is_submitted) AS submitted_version,
    maxIf(told.channel, is_submitted) AS submitted_channel,
    maxIf(told.item_code, is_submitted) AS submitted_item,
    maxIf(told.organisation, is_submitted) AS submitted_organisation,
    maxIf(told.item_version, is_accepted) AS accepted_version,
    maxIf(told.kind, is_accepted) AS kind,
    maxIf(told.department, is_accepted) AS department,
    maxIf(if(is_opened, told.item, told.item_code), is_accepted OR is_opened) AS accepted_item,
    maxIf(told.organisation, is_accepted OR is_opened) AS accepted_organisation,
    maxIf(if(is_opened, told.responsible, toString(actor)), is_accepted OR is_opened)
        AS officer_id,
    maxIf(sequence, type IN ('cn.cunban.application.deficiency-notified.v1',
        'cn.cunban.application.deficiency-notified.v2')) AS noticed,
    maxIf(sequence, is_supplemented) AS supplemented,
    maxIf(told.shape, is_laid) AS shape,
    maxIf(told.outcome, is_completed) AS outcome,
    maxIf(if(type = 'cn.cunban.application.withdrawn.v1', 'withdrawn', 'not_accepted'), type IN (
        'cn.cunban.application.withdrawn.v1', 'cn.cunban.case.not-accepted.v1')) AS ended_how,
    minIf(toNullable(occurred_at), is_accepted OR is_opened) AS accepted_at,
    minIf(toNullable(occurred_at), is_completed OR type = 'cn.cunban.external.case-closed.v1')
        AS completed_at,
    minIf(toNullable(occurred_at), type IN ('cn.cunban.application.withdrawn.v1',
        'cn.cunban.case.not-accepted.v1')) AS ended_at,
    maxIf((sequence, parseDateTime64BestEffortOrZero(told.answer.due_at, 3, 'UTC'),
        told.answer.provisional), is_submitted OR is_supplemented) AS answer_due,
    minIf(if(is_opened, deadline, parseDateTime64BestEffortOrNull(promised.due_at, 3, 'UTC')),
        is_accepted OR is_opened) AS promised_due,
    minIf(if(is_opened, deadline, parseDateTime64BestEffortOrNull(legal.due_at, 3, 'UTC')),
        is_accepted OR is_opened) AS legal_due,
    maxIf(promised.provisional, is_accepted) AS promised_provisional,
    maxIf((sequence, parseDateTime64BestEffortOrZero(promised.due_at, 3, 'UTC'),
        promised.provisional), is_moved AND topic = 'case.review.events.v1'
        AND promised.limit > 0) AS moved_promised,
    maxIf((sequence, parseDateTime64BestEffortOrZero(legal.due_at, 3, 'UTC')),
        is_moved AND topic = 'case.review.events.v1' AND legal.limit > 0) AS moved_legal,
    maxIf(sequence, topic = 'case.intake.events.v1') AS intake_version,
    maxIf(sequence, topic = 'case.routing.events.v1') AS routing_version,
    maxIf(sequence, topic = 'case.review.events.v1') AS review_version,
    min(toNullable(appended_at)) AS first_appended_at,
    max(appended_at) AS last_appended_at
FROM {db}.events
WHERE topic IN ('case.intake.events.v1', 'case.routing.events.v1', 'case.review.events.v1')
    OR type IN ('cn.cunban.external.case-opened.v1', 'cn.cunban.external.case-closed.v1')
GROUP BY key;

CREATE OR REPLACE VIEW {db}.cases {on_cluster} AS
SELECT
    case_id,
    source,
    case_number,
    multiIf(accepted_at IS NOT NULL, accepted_item, submitted_at IS NOT NULL, submitted_item,
        drafted_item) AS item,
    multiIf(accepted_at IS NOT NULL, accepted_version, submitted_at IS NOT NULL,
        submitted_version, drafted_version) AS item_version,
    kind,
    multiIf(accepted_at IS NOT NULL, accepted_organisation, submitted_at IS NOT NULL,
        submitted_organisation, drafted_organisation) AS organisation,
    department,
    officer_id,
    if(submitted_at IS NOT NULL, submitted_channel, drafted_channel) AS channel,
    applicant_ref,
    multiIf(
        completed_at IS NOT NULL, 'completed',
        ended_at IS NOT NULL, ended_how,
        accepted_at IS NOT NULL, 'accepted',
        source != 'cunban', 'accepted',
        noticed > supplemented, 'deficiency_notified',
        supplemented > 0, 'supplemented',
        submitted_at IS NOT NULL, 'submitted',
        drafted_organisation != '', 'drafted',
        'unknown') AS status,
    submitted_at,
    accepted_at,
    completed_at,
    ended_at,
    outcome,
    shape,
    if(answer_due.sequence > 0, answer_due.at, NULL) AS answer_due_at,
    if(moved_promised.sequence > 0, moved_promised.at, promised_due) AS promised_due_at,
    if(moved_legal.sequence > 0, moved_legal.at, legal_due) AS legal_due_at,
    multiIf(
        accepted_at IS NOT NULL, promised_due_at,
        ended_at IS NOT NULL OR noticed > supplemented, NULL,
        answer_due_at) AS due_at,
    multiIf(moved_promised.sequence > 0, moved_promised.provisional, accepted_at IS NOT NULL,
        promised_provisional, answer_due.provisional) AS provisional,
    intake_version,
    routing_version,
    review_version,
    last_appended_at
FROM (SELECT * FROM {db}.cases_v2 FINAL);

-- What is printed on paper, and of which case: a case by its number, a result document by its own.
CREATE TABLE {db}.numbers_v1 {on_cluster}
(
    number String,
    kind LowCardinality(String),
    case_id String,
    told SimpleAggregateFunction(max, UInt64)
)
ENGINE = {engine:AggregatingMergeTree}
ORDER BY (number, kind, case_id)
SETTINGS index_granularity = 1024;

CREATE MATERIALIZED VIEW {db}.numbers_v1_of_events {on_cluster} TO {db}.numbers_v1 AS
WITH type IN ('cn.cunban.result.issued.v1', 'cn.cunban.result.reissued.v1') AS is_document
SELECT
    JSONExtractString(value, if(is_document, 'document_number', 'case_number')) AS number,
    if(is_document, 'document', 'case') AS kind,
    key AS case_id,
    max(sequence) AS told
FROM {db}.events
WHERE topic IN ('case.intake.events.v1', 'case.review.events.v1') AND type IN (
    'cn.cunban.application.submitted.v1', 'cn.cunban.case.accepted.v1',
    'cn.cunban.result.issued.v1', 'cn.cunban.result.reissued.v1')
GROUP BY number, kind, key
HAVING number != '';

CREATE VIEW {db}.numbers {on_cluster} AS
SELECT number, kind, case_id FROM {db}.numbers_v1 FINAL;

-- What was approved, until it has come to the applicant. `accepted_by` is fed by intake, all else
-- by review.
CREATE TABLE {db}.results_v1 {on_cluster}
(
    case_id String,
    accepted_by SimpleAggregateFunction(max, LowCardinality(String)),
    begun SimpleAggregateFunction(max, UInt64),
    clock SimpleAggregateFunction(max, Tuple(sequence UInt64, step_id String, organisation String,
        due_at DateTime64(3, 'UTC'))),
    issued SimpleAggregateFunction(max, Tuple(sequence UInt64, document_number String)),
    issued_at SimpleAggregateFunction(max, Nullable(DateTime64(3, 'UTC'))),
    place SimpleAggregateFunction(max, Tuple(sequence UInt64, organisation String, state String)),
    sent SimpleAggregateFunction(max, Tuple(sequence UInt64, carrier String, tracking_number String,
        handed_at DateTime64(3, 'UTC'))),
    told_at SimpleAggregateFunction(max, Nullable(DateTime64(3, 'UTC'))),
    delivered SimpleAggregateFunction(max, UInt8),
    revoked SimpleAggregateFunction(max, UInt8)
)
ENGINE = {engine:AggregatingMergeTree}
ORDER BY case_id
SETTINGS index_granularity = 1024;

CREATE MATERIALIZED VIEW {db}.results_v1_of_events {on_cluster} TO {db}.results_v1 AS
WITH
    type = 'cn.cunban.delivery-clock.started.v1' AS is_begun,
    type IN ('cn.cunban.result.issued.v1', 'cn.cunban.result.reissued.v1') AS is_issued,
    type = 'cn.cunban.result.dispatched.v1' AS is_sent,
    type = 'cn.cunban.result.delivery-failed.v1' AS is_failed,
    JSONExtract(value, 'Tuple(step_id String, organisation String, document_number String,
        carrier String, tracking_number String, handed_at String, how String,
        term Tuple(due_at String))') AS told,
    multiIf(is_issued, 'issued', is_sent, 'under_way', is_failed, told.how, 'ready') AS state
SELECT
    key AS case_id,
    maxIf(told.organisation, type = 'cn.cunban.case.accepted.v1') AS accepted_by,
    maxIf(sequence, is_begun) AS begun,
    maxIf((sequence, told.step_id, told.organisation,
        parseDateTime64BestEffortOrZero(told.term.due_at, 3, 'UTC')), is_begun) AS clock,
    maxIf((sequence, told.document_number), is_issued) AS issued,
    maxIf(toNullable(occurred_at), is_issued) AS issued_at,
    maxIf((sequence, told.organisation, state),
        is_issued OR is_sent OR is_failed OR type = 'cn.cunban.result.ready.v1') AS place,
    maxIf((sequence, told.carrier, told.tracking_number,
        parseDateTime64BestEffortOrZero(told.handed_at, 3, 'UTC')), is_sent) AS sent,
    maxIf(toNullable(occurred_at), type = 'cn.cunban.result.ready-notified.v1') AS told_at,
    max(type = 'cn.cunban.result.delivered.v1') AS delivered,
    max(type = 'cn.cunban.result.revoked.v1') AS revoked
FROM {db}.events
WHERE topic IN ('case.intake.events.v1', 'case.review.events.v1') AND type IN (
    'cn.cunban.case.accepted.v1', 'cn.cunban.delivery-clock.started.v1',
    'cn.cunban.result.issued.v1', 'cn.cunban.result.reissued.v1', 'cn.cunban.result.ready.v1',
    'cn.cunban.result.ready-notified.v1', 'cn.cunban.result.dispatched.v1',
    'cn.cunban.result.delivery-failed.v1', 'cn.cunban.result.delivered.v1',
    'cn.cunban.result.revoked.v1')
GROUP BY key;

-- Which steps are open: two flags, so that a worklist finds them without reading all steps.
CREATE TABLE {db}.open_steps_v1 {on_cluster}
(
    case_id String,
    step_id String,
    opened SimpleAggregateFunction(max, UInt8),
    closed SimpleAggregateFunction(max, UInt8)
)
ENGINE = {engine:AggregatingMergeTree}
ORDER BY (case_id, step_id)
SETTINGS index_granularity = 1024;

CREATE MATERIALIZED VIEW {db}.open_steps_v1_of_events {on_cluster} TO {db}.open_steps_v1 AS
SELECT
    key AS case_id,
    JSONExtractString(value, 'step_id') AS step_id,
    max(type = 'cn.cunban.step.opened.v1') AS opened,
    max(type != 'cn.cunban.step.opened.v1') AS closed
FROM {db}.events
WHERE topic = 'case.routing.events.v1' AND type IN ('cn.cunban.step.opened.v1',
    'cn.cunban.step.closed.v1', 'cn.cunban.step.returned.v1', 'cn.cunban.step.uploaded.v1')
GROUP BY key, step_id;

CREATE VIEW {db}.open_steps {on_cluster} AS
SELECT case_id, step_id FROM (SELECT * FROM {db}.open_steps_v1 FINAL)
WHERE opened = 1 AND closed = 0;
