-- Generated from the migrations, see current.py. Do not edit.

CREATE TABLE acts_v1
(
    `officer_id` String,
    `day` Date,
    `topic` LowCardinality(String),
    `key` String,
    `sequence` UInt64,
    `occurred_at` DateTime64(3, 'UTC'),
    `source` LowCardinality(String),
    `organisation` LowCardinality(String),
    `type` LowCardinality(String),
    `activity` String,
    `refused` Bool,
    `earliest` UInt64
)
ENGINE = ReplacingMergeTree(earliest)
ORDER BY (officer_id, day, topic, key, sequence)
SETTINGS index_granularity = 8192;

CREATE TABLE calendar_days
(
    `day` Date,
    `run` UInt16,
    `number` UInt32,
    `version` String,
    `filled_at` DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (filled_at, day)
SETTINGS index_granularity = 8192;

CREATE TABLE cases_v1
(
    `case_id` String,
    `drafted` SimpleAggregateFunction(max, Tuple(
        sequence UInt64,
        item_code String,
        item_version UInt32,
        organisation String,
        channel String,
        applicant_ref String,
        at DateTime64(3, 'UTC'))),
    `submitted` SimpleAggregateFunction(max, Tuple(
        sequence UInt64,
        case_number String,
        item_code String,
        item_version UInt32,
        organisation String,
        channel String,
        applicant_ref String,
        agent_ref String,
        at DateTime64(3, 'UTC'))),
    `answer` SimpleAggregateFunction(max, Tuple(
        sequence UInt64,
        limit UInt32,
        unit String,
        started_at DateTime64(3, 'UTC'),
        due_at DateTime64(3, 'UTC'),
        provisional Bool,
        calendar_version String)),
    `noticed` SimpleAggregateFunction(max, Tuple(
        sequence UInt64,
        notice_number String,
        at DateTime64(3, 'UTC'))),
    `first_noticed_at` SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
    `supplemented` SimpleAggregateFunction(max, Tuple(
        sequence UInt64,
        at DateTime64(3, 'UTC'))),
    `accepted` SimpleAggregateFunction(max, Tuple(
        sequence UInt64,
        case_number String,
        item_code String,
        item_version UInt32,
        kind String,
        organisation String,
        department String,
        applicant_ref String,
        officer_id String,
        at DateTime64(3, 'UTC'))),
    `legal` SimpleAggregateFunction(max, Tuple(
        sequence UInt64,
        limit UInt32,
        unit String,
        started_at DateTime64(3, 'UTC'),
        due_at DateTime64(3, 'UTC'),
        provisional Bool,
        calendar_version String)),
    `promised` SimpleAggregateFunction(max, Tuple(
        sequence UInt64,
        limit UInt32,
        unit String,
        started_at DateTime64(3, 'UTC'),
        due_at DateTime64(3, 'UTC'),
        provisional Bool,
        calendar_version String)),
    `ended` SimpleAggregateFunction(max, Tuple(
        sequence UInt64,
        how String,
        at DateTime64(3, 'UTC'))),
    `laid` SimpleAggregateFunction(max, Tuple(
        sequence UInt64,
        shape String)),
    `completed` SimpleAggregateFunction(max, Tuple(
        sequence UInt64,
        outcome String,
        at DateTime64(3, 'UTC'))),
    `intake_version` SimpleAggregateFunction(max, UInt64),
    `routing_version` SimpleAggregateFunction(max, UInt64),
    `review_version` SimpleAggregateFunction(max, UInt64),
    `moved_legal` SimpleAggregateFunction(max, Tuple(
        sequence UInt64,
        limit UInt32,
        unit String,
        started_at DateTime64(3, 'UTC'),
        due_at DateTime64(3, 'UTC'),
        provisional Bool,
        calendar_version String)),
    `moved_promised` SimpleAggregateFunction(max, Tuple(
        sequence UInt64,
        limit UInt32,
        unit String,
        started_at DateTime64(3, 'UTC'),
        due_at DateTime64(3, 'UTC'),
        provisional Bool,
        calendar_version String))
)
ENGINE = AggregatingMergeTree
ORDER BY case_id
SETTINGS index_granularity = 8192;

CREATE TABLE cases_v2
(
    `case_id` String,
    `source` SimpleAggregateFunction(max, LowCardinality(String)),
    `case_number` SimpleAggregateFunction(max, String),
    `applicant_ref` SimpleAggregateFunction(max, String),
    `drafted_version` SimpleAggregateFunction(max, UInt32),
    `drafted_channel` SimpleAggregateFunction(max, LowCardinality(String)),
    `drafted_item` SimpleAggregateFunction(max, LowCardinality(String)),
    `drafted_organisation` SimpleAggregateFunction(max, LowCardinality(String)),
    `submitted_at` SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
    `submitted_version` SimpleAggregateFunction(max, UInt32),
    `submitted_channel` SimpleAggregateFunction(max, LowCardinality(String)),
    `submitted_item` SimpleAggregateFunction(max, LowCardinality(String)),
    `submitted_organisation` SimpleAggregateFunction(max, LowCardinality(String)),
    `accepted_version` SimpleAggregateFunction(max, UInt32),
    `kind` SimpleAggregateFunction(max, LowCardinality(String)),
    `department` SimpleAggregateFunction(max, LowCardinality(String)),
    `accepted_item` SimpleAggregateFunction(max, LowCardinality(String)),
    `accepted_organisation` SimpleAggregateFunction(max, LowCardinality(String)),
    `officer_id` SimpleAggregateFunction(max, LowCardinality(String)),
    `noticed` SimpleAggregateFunction(max, UInt64),
    `supplemented` SimpleAggregateFunction(max, UInt64),
    `shape` SimpleAggregateFunction(max, LowCardinality(String)),
    `outcome` SimpleAggregateFunction(max, LowCardinality(String)),
    `ended_how` SimpleAggregateFunction(max, LowCardinality(String)),
    `accepted_at` SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
    `completed_at` SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
    `ended_at` SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
    `answer_due` SimpleAggregateFunction(max, Tuple(
        sequence UInt64,
        at DateTime64(3, 'UTC'),
        provisional Bool)),
    `promised_due` SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
    `legal_due` SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
    `promised_provisional` SimpleAggregateFunction(max, Bool),
    `moved_promised` SimpleAggregateFunction(max, Tuple(
        sequence UInt64,
        at DateTime64(3, 'UTC'),
        provisional Bool)),
    `moved_legal` SimpleAggregateFunction(max, Tuple(
        sequence UInt64,
        at DateTime64(3, 'UTC'))),
    `intake_version` SimpleAggregateFunction(max, UInt64),
    `routing_version` SimpleAggregateFunction(max, UInt64),
    `review_version` SimpleAggregateFunction(max, UInt64),
    `first_appended_at` SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
    `last_appended_at` SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
)
ENGINE = AggregatingMergeTree
ORDER BY case_id
SETTINGS index_granularity = 1024;

CREATE TABLE events
(
    `topic` LowCardinality(String),
    `partition` UInt16,
    `offset` UInt64 CODEC(Delta(8), ZSTD(1)),
    `event_id` String CODEC(ZSTD(1)),
    `type` LowCardinality(String),
    `key` String CODEC(ZSTD(1)),
    `sequence` UInt64 CODEC(ZSTD(1)),
    `occurred_at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    `appended_at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    `source` LowCardinality(String),
    `actor` LowCardinality(String),
    `causation_id` String CODEC(ZSTD(1)),
    `correlation_id` String CODEC(ZSTD(1)),
    `batch` UInt64 CODEC(ZSTD(1)),
    `value` String CODEC(ZSTD(1)),
    `earliest` UInt64 MATERIALIZED bitNot(offset) CODEC(Delta(8), ZSTD(1))
)
ENGINE = ReplacingMergeTree(earliest)
ORDER BY (topic, key, sequence)
SETTINGS index_granularity = 8192;

CREATE TABLE external_cases_v1
(
    `case_id` String,
    `opened` SimpleAggregateFunction(max, Tuple(
        sequence UInt64,
        log String,
        log_case String,
        item String,
        organisation String,
        responsible String,
        channel String,
        deadline DateTime64(3, 'UTC'),
        planned_end DateTime64(3, 'UTC'),
        at DateTime64(3, 'UTC'))),
    `closed` SimpleAggregateFunction(max, Tuple(
        sequence UInt64,
        at DateTime64(3, 'UTC')))
)
ENGINE = AggregatingMergeTree
ORDER BY case_id
SETTINGS index_granularity = 8192;

CREATE TABLE families_v1
(
    `family_id` String,
    `case_id` String,
    `told` SimpleAggregateFunction(max, Tuple(
        sequence UInt64,
        topic String,
        topic_version UInt32,
        members UInt8))
)
ENGINE = AggregatingMergeTree
ORDER BY (family_id, case_id)
SETTINGS index_granularity = 8192;

CREATE TABLE migrations
(
    `number` UInt16,
    `name` String,
    `checksum` FixedString(64),
    `applied_at` DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY number
SETTINGS index_granularity = 8192;

CREATE TABLE numbers_v1
(
    `number` String,
    `kind` LowCardinality(String),
    `case_id` String,
    `told` SimpleAggregateFunction(max, UInt64)
)
ENGINE = AggregatingMergeTree
ORDER BY (number, kind, case_id)
SETTINGS index_granularity = 1024;

CREATE TABLE open_steps_v1
(
    `case_id` String,
    `step_id` String,
    `opened` SimpleAggregateFunction(max, UInt8),
    `closed` SimpleAggregateFunction(max, UInt8)
)
ENGINE = AggregatingMergeTree
ORDER BY (case_id, step_id)
SETTINGS index_granularity = 1024;

CREATE TABLE organisations
(
    `path` String,
    `division` String,
    `filled_at` DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(filled_at)
ORDER BY path
SETTINGS index_granularity = 8192;

CREATE TABLE presence_v1
(
    `officer_id` String,
    `sequence` UInt64,
    `type` LowCardinality(String),
    `session_id` String,
    `since` DateTime64(3, 'UTC'),
    `organisation` LowCardinality(String),
    `device` String,
    `earliest` UInt64,
    INDEX since_range since TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree(earliest)
ORDER BY (officer_id, sequence)
SETTINGS index_granularity = 8192;

CREATE TABLE results_v1
(
    `case_id` String,
    `accepted_by` SimpleAggregateFunction(max, LowCardinality(String)),
    `begun` SimpleAggregateFunction(max, UInt64),
    `clock` SimpleAggregateFunction(max, Tuple(
        sequence UInt64,
        step_id String,
        organisation String,
        due_at DateTime64(3, 'UTC'))),
    `issued` SimpleAggregateFunction(max, Tuple(
        sequence UInt64,
        document_number String)),
    `issued_at` SimpleAggregateFunction(max, Nullable(DateTime64(3, 'UTC'))),
    `place` SimpleAggregateFunction(max, Tuple(
        sequence UInt64,
        organisation String,
        state String)),
    `sent` SimpleAggregateFunction(max, Tuple(
        sequence UInt64,
        carrier String,
        tracking_number String,
        handed_at DateTime64(3, 'UTC'))),
    `told_at` SimpleAggregateFunction(max, Nullable(DateTime64(3, 'UTC'))),
    `delivered` SimpleAggregateFunction(max, UInt8),
    `revoked` SimpleAggregateFunction(max, UInt8)
)
ENGINE = AggregatingMergeTree
ORDER BY case_id
SETTINGS index_granularity = 1024;

CREATE TABLE steps_v1
(
    `case_id` String,
    `step_id` String,
    `opened` SimpleAggregateFunction(max, Tuple(
        sequence UInt64,
        number UInt8,
        stage UInt8,
        title String,
        organisation String,
        duty String,
        role String,
        item_code String,
        at DateTime64(3, 'UTC'),
        limit UInt32,
        unit String,
        due_at DateTime64(3, 'UTC'),
        provisional Bool,
        calendar_version String)),
    `closed` SimpleAggregateFunction(max, Tuple(
        sequence UInt64,
        outcome String,
        officer_id String,
        at DateTime64(3, 'UTC'))),
    `received` SimpleAggregateFunction(max, Tuple(
        sequence UInt64,
        at DateTime64(3, 'UTC'))),
    `claimed` SimpleAggregateFunction(max, Tuple(
        sequence UInt64,
        officer_id String,
        at DateTime64(3, 'UTC'))),
    `concluded` SimpleAggregateFunction(max, Tuple(
        sequence UInt64,
        outcome String,
        officer_id String,
        at DateTime64(3, 'UTC'))),
    `moved` SimpleAggregateFunction(max, Tuple(
        sequence UInt64,
        limit UInt32,
        unit String,
        started_at DateTime64(3, 'UTC'),
        due_at DateTime64(3, 'UTC'),
        provisional Bool,
        calendar_version String)),
    `placed` SimpleAggregateFunction(max, Tuple(
        sequence UInt64,
        organisation String,
        holder String,
        move UInt32,
        at DateTime64(3, 'UTC'))),
    `taken_over` SimpleAggregateFunction(max, Tuple(
        sequence UInt64,
        role String)),
    `delegated` SimpleAggregateFunction(max, Tuple(
        sequence UInt64,
        stand_in String,
        acting_for String,
        since DateTime64(3, 'UTC'),
        until DateTime64(3, 'UTC'))),
    `recalled` SimpleAggregateFunction(max, Tuple(
        sequence UInt64,
        why String,
        at DateTime64(3, 'UTC'))),
    `followed` SimpleAggregateFunction(max, UInt32)
)
ENGINE = AggregatingMergeTree
ORDER BY (case_id, step_id)
SETTINGS index_granularity = 8192;

CREATE MATERIALIZED VIEW acts_v1_of_events TO acts_v1
(
    `officer_id` String,
    `day` Date,
    `topic` LowCardinality(String),
    `key` String,
    `sequence` UInt64,
    `occurred_at` DateTime64(3, 'UTC'),
    `source` String,
    `organisation` String,
    `type` LowCardinality(String),
    `activity` String,
    `refused` LowCardinality(UInt8),
    `earliest` UInt64
)
AS WITH
    topic = 'case.external.events.v1' AS is_external,
    type = 'cn.cunban.action.refused.v1' AS is_refused,
    JSONExtract(if(is_external OR is_refused, value, '{}'), 'Tuple(log String, activity String,\n        officer String, organisation String, action String, acted_on String)') AS told
SELECT
    if(is_external, told.officer, toString(actor)) AS officer_id,
    if(told.acted_on = '', toDate(occurred_at, 'Asia/Shanghai'), toDate(told.acted_on)) AS day,
    topic,
    key,
    sequence,
    occurred_at,
    if(is_external, told.log, 'cunban') AS source,
    if(is_external, told.organisation, toString(events.source)) AS organisation,
    type,
    if(is_external, told.activity, told.action) AS activity,
    is_refused AS refused,
    bitNot(offset) AS earliest
FROM events
WHERE (type = 'cn.cunban.external.act-recorded.v1') OR ((topic IN ('case.intake.events.v1', 'case.routing.events.v1', 'case.review.events.v1', 'case.supervision.events.v1')) AND (actor NOT IN ('system', 'applicant')));

CREATE MATERIALIZED VIEW cases_v1_of_corrections TO cases_v1
(
    `case_id` String,
    `answer` Tuple(
        UInt64,
        UInt32,
        String,
        DateTime64(3, 'UTC'),
        DateTime64(3, 'UTC'),
        Bool,
        String),
    `moved_legal` Tuple(
        UInt64,
        UInt32,
        String,
        DateTime64(3, 'UTC'),
        DateTime64(3, 'UTC'),
        Bool,
        String),
    `moved_promised` Tuple(
        UInt64,
        UInt32,
        String,
        DateTime64(3, 'UTC'),
        DateTime64(3, 'UTC'),
        Bool,
        String)
)
AS WITH
    JSONExtract(value, 'Tuple(clock String, term Tuple(`limit` UInt32, unit String,\n        started_at String, due_at String, provisional Bool, calendar_version String))') AS told,
    (sequence, told.term.limit, told.term.unit, parseDateTime64BestEffortOrZero(told.term.started_at, 3, 'UTC'), parseDateTime64BestEffortOrZero(told.term.due_at, 3, 'UTC'), told.term.provisional, told.term.calendar_version) AS term
SELECT
    key AS case_id,
    maxIf(term, (told.clock = 'answer') AND (topic = 'case.intake.events.v1')) AS answer,
    maxIf(term, (told.clock = 'legal') AND (topic = 'case.review.events.v1')) AS moved_legal,
    maxIf(term, (told.clock = 'promised') AND (topic = 'case.review.events.v1')) AS moved_promised
FROM events
WHERE (topic IN ('case.intake.events.v1', 'case.review.events.v1')) AND (type IN ('cn.cunban.due-date.corrected.v1', 'cn.cunban.due-date.corrected.v2'))
GROUP BY key;

CREATE MATERIALIZED VIEW cases_v1_of_events TO cases_v1
(
    `case_id` String,
    `drafted` Tuple(
        UInt64,
        String,
        UInt32,
        String,
        String,
        String,
        DateTime64(3, 'UTC')),
    `submitted` Tuple(
        UInt64,
        String,
        String,
        UInt32,
        String,
        String,
        String,
        String,
        DateTime64(3, 'UTC')),
    `answer` Tuple(
        UInt64,
        UInt32,
        String,
        DateTime64(3, 'UTC'),
        DateTime64(3, 'UTC'),
        Bool,
        String),
    `noticed` Tuple(
        UInt64,
        String,
        DateTime64(3, 'UTC')),
    `first_noticed_at` Nullable(DateTime64(3, 'UTC')),
    `supplemented` Tuple(
        UInt64,
        DateTime64(3, 'UTC')),
    `accepted` Tuple(
        UInt64,
        String,
        String,
        UInt32,
        String,
        String,
        String,
        String,
        String,
        DateTime64(3, 'UTC')),
    `legal` Tuple(
        UInt64,
        UInt32,
        String,
        DateTime64(3, 'UTC'),
        DateTime64(3, 'UTC'),
        Bool,
        String),
    `promised` Tuple(
        UInt64,
        UInt32,
        String,
        DateTime64(3, 'UTC'),
        DateTime64(3, 'UTC'),
        Bool,
        String),
    `ended` Tuple(
        UInt64,
        String,
        DateTime64(3, 'UTC')),
    `laid` Tuple(
        UInt64,
        String),
    `completed` Tuple(
        UInt64,
        String,
        DateTime64(3, 'UTC')),
    `intake_version` UInt64,
    `routing_version` UInt64,
    `review_version` UInt64
)
AS WITH
    type = 'cn.cunban.application.drafted.v1' AS is_drafted,
    type = 'cn.cunban.application.submitted.v1' AS is_submitted,
    type IN ('cn.cunban.application.deficiency-notified.v1', 'cn.cunban.application.deficiency-notified.v2') AS is_noticed,
    type = 'cn.cunban.application.supplemented.v1' AS is_supplemented,
    type = 'cn.cunban.case.accepted.v1' AS is_accepted,
    type = 'cn.cunban.case.not-accepted.v1' AS is_not_accepted,
    type = 'cn.cunban.application.withdrawn.v1' AS is_withdrawn,
    type = 'cn.cunban.route.laid.v1' AS is_laid,
    type = 'cn.cunban.case.completed.v1' AS is_completed,
    JSONExtract(if(is_drafted OR is_submitted OR is_noticed OR is_supplemented OR is_accepted OR is_laid OR is_completed, value, '{}'), 'Tuple(case_number String, notice_number String, item_code String, item_version UInt32,\n            kind String, organisation String, department String, channel String,\n            applicant_ref String, agent_ref String, shape String, outcome String,\n            answer Tuple(`limit` UInt32, unit String, started_at String, due_at String,\n                provisional Bool, calendar_version String),\n            legal Tuple(`limit` UInt32, unit String, started_at String, due_at String,\n                provisional Bool, calendar_version String),\n            promised Tuple(`limit` UInt32, unit String, started_at String, due_at String,\n                provisional Bool, calendar_version String))') AS told
SELECT
    key AS case_id,
    maxIf((sequence, told.item_code, told.item_version, told.organisation, told.channel, told.applicant_ref, occurred_at), is_drafted) AS drafted,
    maxIf((sequence, told.case_number, told.item_code, told.item_version, told.organisation, told.channel, told.applicant_ref, told.agent_ref, occurred_at), is_submitted) AS submitted,
    maxIf((sequence, told.answer.limit, told.answer.unit, parseDateTime64BestEffortOrZero(told.answer.started_at, 3, 'UTC'), parseDateTime64BestEffortOrZero(told.answer.due_at, 3, 'UTC'), told.answer.provisional, told.answer.calendar_version), is_submitted OR is_supplemented) AS answer,
    maxIf((sequence, told.notice_number, occurred_at), is_noticed) AS noticed,
    minIf(toNullable(occurred_at), is_noticed) AS first_noticed_at,
    maxIf((sequence, occurred_at), is_supplemented) AS supplemented,
    maxIf((sequence, told.case_number, told.item_code, told.item_version, told.kind, told.organisation, told.department, told.applicant_ref, toString(actor), occurred_at), is_accepted) AS accepted,
    maxIf((sequence, told.legal.limit, told.legal.unit, parseDateTime64BestEffortOrZero(told.legal.started_at, 3, 'UTC'), parseDateTime64BestEffortOrZero(told.legal.due_at, 3, 'UTC'), told.legal.provisional, told.legal.calendar_version), is_accepted) AS legal,
    maxIf((sequence, told.promised.limit, told.promised.unit, parseDateTime64BestEffortOrZero(told.promised.started_at, 3, 'UTC'), parseDateTime64BestEffortOrZero(told.promised.due_at, 3, 'UTC'), told.promised.provisional, told.promised.calendar_version), is_accepted) AS promised,
    maxIf((sequence, if(is_withdrawn, 'withdrawn', 'not_accepted'), occurred_at), is_withdrawn OR is_not_accepted) AS ended,
    maxIf((sequence, told.shape), is_laid) AS laid,
    maxIf((sequence, told.outcome, occurred_at), is_completed) AS completed,
    maxIf(sequence, topic = 'case.intake.events.v1') AS intake_version,
    maxIf(sequence, topic = 'case.routing.events.v1') AS routing_version,
    maxIf(sequence, topic = 'case.review.events.v1') AS review_version
FROM events
WHERE topic IN ('case.intake.events.v1', 'case.routing.events.v1', 'case.review.events.v1')
GROUP BY key;

CREATE MATERIALIZED VIEW cases_v1_of_moves TO cases_v1
(
    `case_id` String,
    `moved_legal` Tuple(
        UInt64,
        UInt32,
        String,
        DateTime64(3, 'UTC'),
        DateTime64(3, 'UTC'),
        Bool,
        String),
    `moved_promised` Tuple(
        UInt64,
        UInt32,
        String,
        DateTime64(3, 'UTC'),
        DateTime64(3, 'UTC'),
        Bool,
        String)
)
AS WITH
    JSONExtract(value, 'Tuple(clock String,\n        term Tuple(`limit` UInt32, unit String, started_at String, due_at String,\n            provisional Bool, calendar_version String),\n        legal Tuple(`limit` UInt32, unit String, started_at String, due_at String,\n            provisional Bool, calendar_version String),\n        promised Tuple(`limit` UInt32, unit String, started_at String, due_at String,\n            provisional Bool, calendar_version String))') AS told,
    if(told.clock = 'legal', told.term, told.legal) AS legal,
    if(told.clock = 'promised', told.term, told.promised) AS promised
SELECT
    key AS case_id,
    maxIf((sequence, legal.limit, legal.unit, parseDateTime64BestEffortOrZero(legal.started_at, 3, 'UTC'), parseDateTime64BestEffortOrZero(legal.due_at, 3, 'UTC'), legal.provisional, legal.calendar_version), legal.limit > 0) AS moved_legal,
    maxIf((sequence, promised.limit, promised.unit, parseDateTime64BestEffortOrZero(promised.started_at, 3, 'UTC'), parseDateTime64BestEffortOrZero(promised.due_at, 3, 'UTC'), promised.provisional, promised.calendar_version), promised.limit > 0) AS moved_promised
FROM events
WHERE (topic = 'case.review.events.v1') AND (type IN ('cn.cunban.clock.stopped.v1', 'cn.cunban.clock.resumed.v1', 'cn.cunban.clock.extended.v1', 'cn.cunban.due-date.corrected.v1'))
GROUP BY key;

CREATE MATERIALIZED VIEW cases_v1_of_reports TO cases_v1
(
    `case_id` String,
    `moved_legal` Tuple(
        UInt64,
        UInt32,
        String,
        DateTime64(3, 'UTC'),
        DateTime64(3, 'UTC'),
        Bool,
        String),
    `moved_promised` Tuple(
        UInt64,
        UInt32,
        String,
        DateTime64(3, 'UTC'),
        DateTime64(3, 'UTC'),
        Bool,
        String)
)
AS WITH
    JSONExtract(value, 'Tuple(\n    legal Tuple(`limit` UInt32, unit String, started_at String, due_at String,\n        provisional Bool, calendar_version String),\n    promised Tuple(`limit` UInt32, unit String, started_at String, due_at String,\n        provisional Bool, calendar_version String))') AS told
SELECT
    key AS case_id,
    max((sequence, told.legal.limit, told.legal.unit, parseDateTime64BestEffortOrZero(told.legal.started_at, 3, 'UTC'), parseDateTime64BestEffortOrZero(told.legal.due_at, 3, 'UTC'), told.legal.provisional, told.legal.calendar_version)) AS moved_legal,
    max((sequence, told.promised.limit, told.promised.unit, parseDateTime64BestEffortOrZero(told.promised.started_at, 3, 'UTC'), parseDateTime64BestEffortOrZero(told.promised.due_at, 3, 'UTC'), told.promised.provisional, told.promised.calendar_version)) AS moved_promised
FROM events
WHERE (topic = 'case.review.events.v1') AND (type IN ('cn.cunban.clock.suspended.v1', 'cn.cunban.clock.restarted.v1'))
GROUP BY key;

CREATE MATERIALIZED VIEW cases_v2_of_corrections TO cases_v2
(
    `case_id` String,
    `answer_due` Tuple(
        UInt64,
        DateTime64(3, 'UTC'),
        Bool),
    `moved_promised` Tuple(
        UInt64,
        DateTime64(3, 'UTC'),
        Bool),
    `moved_legal` Tuple(
        UInt64,
        DateTime64(3, 'UTC'))
)
AS WITH
    JSONExtract(value, 'Tuple(clock String, term Tuple(due_at String, provisional Bool))') AS told,
    parseDateTime64BestEffortOrZero(told.term.due_at, 3, 'UTC') AS due_at
SELECT
    key AS case_id,
    maxIf((sequence, due_at, told.term.provisional), (told.clock = 'answer') AND (topic = 'case.intake.events.v1')) AS answer_due,
    maxIf((sequence, due_at, told.term.provisional), (told.clock = 'promised') AND (topic = 'case.review.events.v1')) AS moved_promised,
    maxIf((sequence, due_at), (told.clock = 'legal') AND (topic = 'case.review.events.v1')) AS moved_legal
FROM events
WHERE (topic IN ('case.intake.events.v1', 'case.review.events.v1')) AND (type IN ('cn.cunban.due-date.corrected.v1', 'cn.cunban.due-date.corrected.v2'))
GROUP BY key;

CREATE MATERIALIZED VIEW cases_v2_of_events TO cases_v2
(
    `case_id` String,
    `source` String,
    `case_number` String,
    `applicant_ref` String,
    `drafted_version` UInt32,
    `drafted_channel` String,
    `drafted_item` String,
    `drafted_organisation` String,
    `submitted_at` Nullable(DateTime64(3, 'UTC')),
    `submitted_version` UInt32,
    `submitted_channel` String,
    `submitted_item` String,
    `submitted_organisation` String,
    `accepted_version` UInt32,
    `kind` String,
    `department` String,
    `accepted_item` String,
    `accepted_organisation` String,
    `officer_id` String,
    `noticed` UInt64,
    `supplemented` UInt64,
    `shape` String,
    `outcome` String,
    `ended_how` String,
    `accepted_at` Nullable(DateTime64(3, 'UTC')),
    `completed_at` Nullable(DateTime64(3, 'UTC')),
    `ended_at` Nullable(DateTime64(3, 'UTC')),
    `answer_due` Tuple(
        UInt64,
        DateTime64(3, 'UTC'),
        Bool),
    `promised_due` Nullable(DateTime64(3, 'UTC')),
    `legal_due` Nullable(DateTime64(3, 'UTC')),
    `promised_provisional` Bool,
    `moved_promised` Tuple(
        UInt64,
        DateTime64(3, 'UTC'),
        Bool),
    `moved_legal` Tuple(
        UInt64,
        DateTime64(3, 'UTC')),
    `intake_version` UInt64,
    `routing_version` UInt64,
    `review_version` UInt64,
    `first_appended_at` Nullable(DateTime64(3, 'UTC')),
    `last_appended_at` DateTime64(3, 'UTC')
)
AS WITH
    topic = 'case.external.events.v1' AS is_external,
    type = 'cn.cunban.application.drafted.v1' AS is_drafted,
    type = 'cn.cunban.application.submitted.v1' AS is_submitted,
    type = 'cn.cunban.application.supplemented.v1' AS is_supplemented,
    type = 'cn.cunban.case.accepted.v1' AS is_accepted,
    type = 'cn.cunban.route.laid.v1' AS is_laid,
    type = 'cn.cunban.case.completed.v1' AS is_completed,
    type = 'cn.cunban.external.case-opened.v1' AS is_opened,
    type IN ('cn.cunban.clock.stopped.v1', 'cn.cunban.clock.resumed.v1', 'cn.cunban.clock.extended.v1', 'cn.cunban.due-date.corrected.v1', 'cn.cunban.clock.suspended.v1', 'cn.cunban.clock.restarted.v1') AS is_moved,
    JSONExtract(if(is_drafted OR is_submitted OR is_supplemented OR is_accepted OR is_laid OR is_completed OR is_opened OR is_moved, value, '{}'), 'Tuple(log String, log_case String, item String, responsible String, deadline String,\n            case_number String, item_code String, item_version UInt32, kind String,\n            organisation String, department String, channel String, applicant_ref String,\n            shape String, outcome String, clock String,\n            answer Tuple(due_at String, provisional Bool),\n            term Tuple(`limit` UInt32, due_at String, provisional Bool),\n            legal Tuple(`limit` UInt32, due_at String, provisional Bool),\n            promised Tuple(`limit` UInt32, due_at String, provisional Bool))') AS told,
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
    maxIf(if(is_opened, told.responsible, toString(actor)), is_accepted OR is_opened) AS officer_id,
    maxIf(sequence, (type IN ('cn.cunban.application.deficiency-notified.v1', 'cn.cunban.application.deficiency-notified.v2'))) AS noticed,
    maxIf(sequence, is_supplemented) AS supplemented,
    maxIf(told.shape, is_laid) AS shape,
    maxIf(told.outcome, is_completed) AS outcome,
    maxIf(if(type = 'cn.cunban.application.withdrawn.v1', 'withdrawn', 'not_accepted'), (type IN ('cn.cunban.application.withdrawn.v1', 'cn.cunban.case.not-accepted.v1'))) AS ended_how,
    minIf(toNullable(occurred_at), is_accepted OR is_opened) AS accepted_at,
    minIf(toNullable(occurred_at), is_completed OR (type = 'cn.cunban.external.case-closed.v1')) AS completed_at,
    minIf(toNullable(occurred_at), (type IN ('cn.cunban.application.withdrawn.v1', 'cn.cunban.case.not-accepted.v1'))) AS ended_at,
    maxIf((sequence, parseDateTime64BestEffortOrZero(told.answer.due_at, 3, 'UTC'), told.answer.provisional), is_submitted OR is_supplemented) AS answer_due,
    minIf(if(is_opened, deadline, parseDateTime64BestEffortOrNull(promised.due_at, 3, 'UTC')), is_accepted OR is_opened) AS promised_due,
    minIf(if(is_opened, deadline, parseDateTime64BestEffortOrNull(legal.due_at, 3, 'UTC')), is_accepted OR is_opened) AS legal_due,
    maxIf(promised.provisional, is_accepted) AS promised_provisional,
    maxIf((sequence, parseDateTime64BestEffortOrZero(promised.due_at, 3, 'UTC'), promised.provisional), is_moved AND (topic = 'case.review.events.v1') AND (promised.limit > 0)) AS moved_promised,
    maxIf((sequence, parseDateTime64BestEffortOrZero(legal.due_at, 3, 'UTC')), is_moved AND (topic = 'case.review.events.v1') AND (legal.limit > 0)) AS moved_legal,
    maxIf(sequence, topic = 'case.intake.events.v1') AS intake_version,
    maxIf(sequence, topic = 'case.routing.events.v1') AS routing_version,
    maxIf(sequence, topic = 'case.review.events.v1') AS review_version,
    min(toNullable(appended_at)) AS first_appended_at,
    max(appended_at) AS last_appended_at
FROM events
WHERE (topic IN ('case.intake.events.v1', 'case.routing.events.v1', 'case.review.events.v1')) OR (type IN ('cn.cunban.external.case-opened.v1', 'cn.cunban.external.case-closed.v1'))
GROUP BY key;

CREATE MATERIALIZED VIEW external_cases_v1_of_events TO external_cases_v1
(
    `case_id` String,
    `opened` Tuple(
        UInt64,
        String,
        String,
        String,
        String,
        String,
        String,
        DateTime64(3, 'UTC'),
        DateTime64(3, 'UTC'),
        DateTime64(3, 'UTC')),
    `closed` Tuple(
        UInt64,
        DateTime64(3, 'UTC'))
)
AS WITH
    JSONExtract(value, 'Tuple(log String, log_case String, item String, organisation String,\n    responsible String, channel String, deadline String, planned_end String)') AS told
SELECT
    key AS case_id,
    maxIf((sequence, told.log, told.log_case, told.item, told.organisation, told.responsible, told.channel, parseDateTime64BestEffortOrZero(told.deadline, 3, 'UTC'), parseDateTime64BestEffortOrZero(told.planned_end, 3, 'UTC'), occurred_at), type = 'cn.cunban.external.case-opened.v1') AS opened,
    maxIf((sequence, occurred_at), type = 'cn.cunban.external.case-closed.v1') AS closed
FROM events
WHERE (topic = 'case.external.events.v1') AND (type IN ('cn.cunban.external.case-opened.v1', 'cn.cunban.external.case-closed.v1'))
GROUP BY key;

CREATE MATERIALIZED VIEW families_v1_of_events TO families_v1
(
    `family_id` String,
    `case_id` String,
    `told` Tuple(
        UInt64,
        String,
        UInt32,
        UInt8)
)
AS WITH
    tupleElement(JSONExtract(value, 'Tuple(family Tuple(family_id String, topic String, topic_version UInt32,\n    members UInt8))'), 'family') AS family
SELECT
    family.family_id AS family_id,
    key AS case_id,
    max((sequence, family.topic, family.topic_version, family.members)) AS told
FROM events
WHERE (topic = 'case.intake.events.v1') AND (type IN ('cn.cunban.application.submitted.v1', 'cn.cunban.case.accepted.v1'))
GROUP BY
    family_id,
    key
HAVING family_id != '';

CREATE MATERIALIZED VIEW numbers_v1_of_events TO numbers_v1
(
    `number` String,
    `kind` String,
    `case_id` String,
    `told` UInt64
)
AS WITH
    type IN ('cn.cunban.result.issued.v1', 'cn.cunban.result.reissued.v1') AS is_document
SELECT
    JSONExtractString(value, if(is_document, 'document_number', 'case_number')) AS number,
    if(is_document, 'document', 'case') AS kind,
    key AS case_id,
    max(sequence) AS told
FROM events
WHERE (topic IN ('case.intake.events.v1', 'case.review.events.v1')) AND (type IN ('cn.cunban.application.submitted.v1', 'cn.cunban.case.accepted.v1', 'cn.cunban.result.issued.v1', 'cn.cunban.result.reissued.v1'))
GROUP BY
    number,
    kind,
    key
HAVING number != '';

CREATE MATERIALIZED VIEW open_steps_v1_of_events TO open_steps_v1
(
    `case_id` String,
    `step_id` String,
    `opened` UInt8,
    `closed` UInt8
)
AS SELECT
    key AS case_id,
    JSONExtractString(value, 'step_id') AS step_id,
    max(type = 'cn.cunban.step.opened.v1') AS opened,
    max(type != 'cn.cunban.step.opened.v1') AS closed
FROM events
WHERE (topic = 'case.routing.events.v1') AND (type IN ('cn.cunban.step.opened.v1', 'cn.cunban.step.closed.v1', 'cn.cunban.step.returned.v1', 'cn.cunban.step.uploaded.v1'))
GROUP BY
    key,
    step_id;

CREATE MATERIALIZED VIEW presence_v1_of_events TO presence_v1
(
    `officer_id` String,
    `sequence` UInt64,
    `type` LowCardinality(String),
    `session_id` String,
    `since` DateTime64(3, 'UTC'),
    `organisation` String,
    `device` String,
    `earliest` UInt64
)
AS WITH
    JSONExtract(value, 'Tuple(session_id String, since String, organisation String, device String)') AS told
SELECT
    key AS officer_id,
    sequence,
    type,
    told.session_id AS session_id,
    if(told.since = '', occurred_at, parseDateTime64BestEffortOrZero(told.since, 3, 'UTC')) AS since,
    if(told.organisation = '', toString(source), told.organisation) AS organisation,
    told.device AS device,
    bitNot(offset) AS earliest
FROM events
WHERE (topic = 'officer.presence.events.v1') AND startsWith(type, 'cn.cunban.officer.');

CREATE MATERIALIZED VIEW results_v1_of_corrections TO results_v1
(
    `case_id` String,
    `clock` Tuple(
        UInt64,
        String,
        String,
        DateTime64(3, 'UTC'))
)
AS WITH
    JSONExtract(value, 'Tuple(clock String, step_id String, organisation String,\n    term Tuple(due_at String))') AS told
SELECT
    key AS case_id,
    max((sequence, told.step_id, told.organisation, parseDateTime64BestEffortOrZero(told.term.due_at, 3, 'UTC'))) AS clock
FROM events
WHERE (topic = 'case.review.events.v1') AND (type = 'cn.cunban.due-date.corrected.v2') AND (told.clock = 'delivery')
GROUP BY key;

CREATE MATERIALIZED VIEW results_v1_of_events TO results_v1
(
    `case_id` String,
    `accepted_by` String,
    `begun` UInt64,
    `clock` Tuple(
        UInt64,
        String,
        String,
        DateTime64(3, 'UTC')),
    `issued` Tuple(
        UInt64,
        String),
    `issued_at` Nullable(DateTime64(3, 'UTC')),
    `place` Tuple(
        UInt64,
        String,
        String),
    `sent` Tuple(
        UInt64,
        String,
        String,
        DateTime64(3, 'UTC')),
    `told_at` Nullable(DateTime64(3, 'UTC')),
    `delivered` UInt8,
    `revoked` UInt8
)
AS WITH
    type = 'cn.cunban.delivery-clock.started.v1' AS is_begun,
    type IN ('cn.cunban.result.issued.v1', 'cn.cunban.result.reissued.v1') AS is_issued,
    type = 'cn.cunban.result.dispatched.v1' AS is_sent,
    type = 'cn.cunban.result.delivery-failed.v1' AS is_failed,
    JSONExtract(value, 'Tuple(step_id String, organisation String, document_number String,\n        carrier String, tracking_number String, handed_at String, how String,\n        term Tuple(due_at String))') AS told,
    multiIf(is_issued, 'issued', is_sent, 'under_way', is_failed, told.how, 'ready') AS state
SELECT
    key AS case_id,
    maxIf(told.organisation, type = 'cn.cunban.case.accepted.v1') AS accepted_by,
    maxIf(sequence, is_begun) AS begun,
    maxIf((sequence, told.step_id, told.organisation, parseDateTime64BestEffortOrZero(told.term.due_at, 3, 'UTC')), is_begun) AS clock,
    maxIf((sequence, told.document_number), is_issued) AS issued,
    maxIf(toNullable(occurred_at), is_issued) AS issued_at,
    maxIf((sequence, told.organisation, state), is_issued OR is_sent OR is_failed OR (type = 'cn.cunban.result.ready.v1')) AS place,
    maxIf((sequence, told.carrier, told.tracking_number, parseDateTime64BestEffortOrZero(told.handed_at, 3, 'UTC')), is_sent) AS sent,
    maxIf(toNullable(occurred_at), type = 'cn.cunban.result.ready-notified.v1') AS told_at,
    max(type = 'cn.cunban.result.delivered.v1') AS delivered,
    max(type = 'cn.cunban.result.revoked.v1') AS revoked
FROM events
WHERE (topic IN ('case.intake.events.v1', 'case.review.events.v1')) AND (type IN ('cn.cunban.case.accepted.v1', 'cn.cunban.delivery-clock.started.v1', 'cn.cunban.result.issued.v1', 'cn.cunban.result.reissued.v1', 'cn.cunban.result.ready.v1', 'cn.cunban.result.ready-notified.v1', 'cn.cunban.result.dispatched.v1', 'cn.cunban.result.delivery-failed.v1', 'cn.cunban.result.delivered.v1', 'cn.cunban.result.revoked.v1'))
GROUP BY key;

CREATE MATERIALIZED VIEW steps_v1_of_corrections TO steps_v1
(
    `case_id` String,
    `step_id` String,
    `moved` Tuple(
        UInt64,
        UInt32,
        String,
        DateTime64(3, 'UTC'),
        DateTime64(3, 'UTC'),
        Bool,
        String)
)
AS WITH
    JSONExtract(value, 'Tuple(clock String, step_id String,\n    term Tuple(`limit` UInt32, unit String, started_at String, due_at String,\n        provisional Bool, calendar_version String))') AS told
SELECT
    key AS case_id,
    told.step_id AS step_id,
    max((sequence, told.term.limit, told.term.unit, parseDateTime64BestEffortOrZero(told.term.started_at, 3, 'UTC'), parseDateTime64BestEffortOrZero(told.term.due_at, 3, 'UTC'), told.term.provisional, told.term.calendar_version)) AS moved
FROM events
WHERE (topic = 'case.review.events.v1') AND (type = 'cn.cunban.due-date.corrected.v2') AND (told.clock = 'step')
GROUP BY
    key,
    step_id;

CREATE MATERIALIZED VIEW steps_v1_of_events TO steps_v1
(
    `case_id` String,
    `step_id` String,
    `opened` Tuple(
        UInt64,
        UInt8,
        UInt8,
        String,
        String,
        String,
        String,
        String,
        DateTime64(3, 'UTC'),
        UInt32,
        String,
        DateTime64(3, 'UTC'),
        Bool,
        String),
    `closed` Tuple(
        UInt64,
        String,
        String,
        DateTime64(3, 'UTC')),
    `received` Tuple(
        UInt64,
        DateTime64(3, 'UTC')),
    `claimed` Tuple(
        UInt64,
        String,
        DateTime64(3, 'UTC')),
    `concluded` Tuple(
        UInt64,
        String,
        String,
        DateTime64(3, 'UTC'))
)
AS WITH
    type = 'cn.cunban.step.opened.v1' AS is_opened,
    type = 'cn.cunban.step.closed.v1' AS is_closed,
    type = 'cn.cunban.step.received.v1' AS is_received,
    type = 'cn.cunban.step.claimed.v1' AS is_claimed,
    type = 'cn.cunban.step.released.v1' AS is_released,
    type = 'cn.cunban.step.decided.v1' AS is_decided,
    type = 'cn.cunban.opinion.given.v1' AS is_heard,
    JSONExtract(value, 'Tuple(step_id String, number UInt8, stage UInt8, title String,\n        organisation String, duty String, role String, item_code String, outcome String,\n        opinion String, officer_id String,\n        term Tuple(`limit` UInt32, unit String, due_at String, provisional Bool,\n            calendar_version String))') AS told
SELECT
    key AS case_id,
    told.step_id AS step_id,
    maxIf((sequence, told.number, told.stage, told.title, told.organisation, told.duty, told.role, told.item_code, occurred_at, told.term.limit, told.term.unit, parseDateTime64BestEffortOrZero(told.term.due_at, 3, 'UTC'), told.term.provisional, told.term.calendar_version), is_opened) AS opened,
    maxIf((sequence, told.outcome, told.officer_id, occurred_at), is_closed) AS closed,
    maxIf((sequence, occurred_at), is_received) AS received,
    maxIf((sequence, if(is_claimed, told.officer_id, ''), occurred_at), is_claimed OR is_released) AS claimed,
    maxIf((sequence, if(is_decided, told.outcome, told.opinion), told.officer_id, occurred_at), is_decided OR is_heard) AS concluded
FROM events
WHERE (topic IN ('case.routing.events.v1', 'case.review.events.v1')) AND (type IN ('cn.cunban.step.opened.v1', 'cn.cunban.step.closed.v1', 'cn.cunban.step.received.v1', 'cn.cunban.step.claimed.v1', 'cn.cunban.step.released.v1', 'cn.cunban.step.decided.v1', 'cn.cunban.opinion.given.v1'))
GROUP BY
    key,
    step_id;

CREATE MATERIALIZED VIEW steps_v1_of_followed_moves TO steps_v1
(
    `case_id` String,
    `step_id` String,
    `claimed` Tuple(
        UInt64,
        String,
        DateTime64(3, 'UTC')),
    `followed` UInt32
)
AS WITH
    JSONExtract(value, 'Tuple(step_id String, officer_id String, move UInt32)') AS told
SELECT
    key AS case_id,
    told.step_id AS step_id,
    max((sequence, told.officer_id, occurred_at)) AS claimed,
    max(told.move) AS followed
FROM events
WHERE (topic = 'case.review.events.v1') AND (type = 'cn.cunban.step.moved.v1')
GROUP BY
    key,
    step_id;

CREATE MATERIALIZED VIEW steps_v1_of_moves TO steps_v1
(
    `case_id` String,
    `step_id` String,
    `moved` Tuple(
        UInt64,
        UInt32,
        String,
        DateTime64(3, 'UTC'),
        DateTime64(3, 'UTC'),
        Bool,
        String)
)
AS WITH
    JSONExtract(value, 'Tuple(step_id String,\n    term Tuple(`limit` UInt32, unit String, started_at String, due_at String,\n        provisional Bool, calendar_version String))') AS told
SELECT
    key AS case_id,
    told.step_id AS step_id,
    maxIf((sequence, told.term.limit, told.term.unit, parseDateTime64BestEffortOrZero(told.term.started_at, 3, 'UTC'), parseDateTime64BestEffortOrZero(told.term.due_at, 3, 'UTC'), told.term.provisional, told.term.calendar_version), told.term.limit > 0) AS moved
FROM events
WHERE (topic = 'case.review.events.v1') AND (type IN ('cn.cunban.clock.stopped.v1', 'cn.cunban.clock.resumed.v1', 'cn.cunban.clock.extended.v1', 'cn.cunban.due-date.corrected.v1'))
GROUP BY
    key,
    step_id
HAVING step_id != '';

CREATE MATERIALIZED VIEW steps_v1_of_rerouting TO steps_v1
(
    `case_id` String,
    `step_id` String,
    `placed` Tuple(
        UInt64,
        String,
        String,
        UInt32,
        DateTime64(3, 'UTC'))
)
AS WITH
    JSONExtract(value, 'Tuple(step_id String, to_organisation String, move UInt32)') AS told
SELECT
    key AS case_id,
    told.step_id AS step_id,
    max((sequence, told.to_organisation, '', told.move, occurred_at)) AS placed
FROM events
WHERE (topic = 'case.routing.events.v1') AND (type = 'cn.cunban.step.rerouted.v1')
GROUP BY
    key,
    step_id;

CREATE MATERIALIZED VIEW steps_v1_of_routes TO steps_v1
(
    `case_id` String,
    `step_id` String,
    `placed` Tuple(
        UInt64,
        String,
        String,
        UInt32,
        DateTime64(3, 'UTC')),
    `taken_over` Tuple(
        UInt64,
        String),
    `delegated` Tuple(
        UInt64,
        String,
        String,
        DateTime64(3, 'UTC'),
        DateTime64(3, 'UTC')),
    `recalled` Tuple(
        UInt64,
        String,
        DateTime64(3, 'UTC')),
    `closed` Tuple(
        UInt64,
        String,
        String,
        DateTime64(3, 'UTC'))
)
AS WITH
    type = 'cn.cunban.step.transferred.v1' AS is_transferred,
    type = 'cn.cunban.step.taken-over.v1' AS is_taken_over,
    type = 'cn.cunban.step.delegated.v1' AS is_delegated,
    type = 'cn.cunban.step.recalled.v1' AS is_recalled,
    type = 'cn.cunban.step.returned.v1' AS is_returned,
    type = 'cn.cunban.step.uploaded.v1' AS is_uploaded,
    JSONExtract(value, 'Tuple(step_id String, to_organisation String, to_officer String,\n        officer_id String, role String, move UInt32, stand_in String, absent String,\n        since String, until String, why String)') AS told
SELECT
    key AS case_id,
    told.step_id AS step_id,
    maxIf((sequence, told.to_organisation, if(is_taken_over, told.officer_id, told.to_officer), told.move, occurred_at), is_transferred OR is_taken_over) AS placed,
    maxIf((sequence, told.role), is_taken_over) AS taken_over,
    maxIf((sequence, told.stand_in, told.absent, parseDateTime64BestEffortOrZero(told.since, 3, 'UTC'), parseDateTime64BestEffortOrZero(told.until, 3, 'UTC')), is_delegated) AS delegated,
    maxIf((sequence, told.why, occurred_at), is_recalled) AS recalled,
    maxIf((sequence, if(is_returned, 'returned', 'uploaded'), told.officer_id, occurred_at), is_returned OR is_uploaded) AS closed
FROM events
WHERE (topic = 'case.routing.events.v1') AND (type IN ('cn.cunban.step.transferred.v1', 'cn.cunban.step.taken-over.v1', 'cn.cunban.step.delegated.v1', 'cn.cunban.step.recalled.v1', 'cn.cunban.step.returned.v1', 'cn.cunban.step.uploaded.v1'))
GROUP BY
    key,
    step_id;

CREATE VIEW acts
(
    `officer_id` String,
    `day` Date,
    `topic` LowCardinality(String),
    `key` String,
    `sequence` UInt64,
    `occurred_at` DateTime64(3, 'UTC'),
    `source` LowCardinality(String),
    `organisation` LowCardinality(String),
    `type` LowCardinality(String),
    `activity` String,
    `refused` Bool
)
AS SELECT
    officer_id,
    day,
    topic,
    key,
    sequence,
    occurred_at,
    source,
    organisation,
    type,
    activity,
    refused
FROM acts_v1
FINAL;

CREATE VIEW case_clocks
(
    `case_id` String,
    `answer` SimpleAggregateFunction(max, Tuple(
        sequence UInt64,
        limit UInt32,
        unit String,
        started_at DateTime64(3, 'UTC'),
        due_at DateTime64(3, 'UTC'),
        provisional Bool,
        calendar_version String)),
    `legal` SimpleAggregateFunction(max, Tuple(
        sequence UInt64,
        limit UInt32,
        unit String,
        started_at DateTime64(3, 'UTC'),
        due_at DateTime64(3, 'UTC'),
        provisional Bool,
        calendar_version String)),
    `promised` SimpleAggregateFunction(max, Tuple(
        sequence UInt64,
        limit UInt32,
        unit String,
        started_at DateTime64(3, 'UTC'),
        due_at DateTime64(3, 'UTC'),
        provisional Bool,
        calendar_version String))
)
AS SELECT
    case_id,
    answer,
    if(moved_legal.sequence > 0, moved_legal, legal) AS legal,
    if(moved_promised.sequence > 0, moved_promised, promised) AS promised
FROM
(
    SELECT *
    FROM cases_v1
    FINAL
);

CREATE VIEW cases
(
    `case_id` String,
    `source` SimpleAggregateFunction(max, LowCardinality(String)),
    `case_number` SimpleAggregateFunction(max, String),
    `item` String,
    `item_version` SimpleAggregateFunction(max, UInt32),
    `kind` SimpleAggregateFunction(max, LowCardinality(String)),
    `organisation` String,
    `department` SimpleAggregateFunction(max, LowCardinality(String)),
    `officer_id` SimpleAggregateFunction(max, LowCardinality(String)),
    `channel` String,
    `applicant_ref` SimpleAggregateFunction(max, String),
    `status` String,
    `submitted_at` SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
    `accepted_at` SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
    `completed_at` SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
    `ended_at` SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
    `outcome` SimpleAggregateFunction(max, LowCardinality(String)),
    `shape` SimpleAggregateFunction(max, LowCardinality(String)),
    `answer_due_at` Nullable(DateTime64(3, 'UTC')),
    `promised_due_at` Nullable(DateTime64(3, 'UTC')),
    `legal_due_at` Nullable(DateTime64(3, 'UTC')),
    `due_at` Nullable(DateTime64(3, 'UTC')),
    `provisional` Bool,
    `intake_version` SimpleAggregateFunction(max, UInt64),
    `routing_version` SimpleAggregateFunction(max, UInt64),
    `review_version` SimpleAggregateFunction(max, UInt64),
    `last_appended_at` SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
)
AS SELECT
    case_id,
    source,
    case_number,
    multiIf(accepted_at IS NOT NULL, accepted_item, submitted_at IS NOT NULL, submitted_item, drafted_item) AS item,
    multiIf(accepted_at IS NOT NULL, accepted_version, submitted_at IS NOT NULL, submitted_version, drafted_version) AS item_version,
    kind,
    multiIf(accepted_at IS NOT NULL, accepted_organisation, submitted_at IS NOT NULL, submitted_organisation, drafted_organisation) AS organisation,
    department,
    officer_id,
    if(submitted_at IS NOT NULL, submitted_channel, drafted_channel) AS channel,
    applicant_ref,
    multiIf(completed_at IS NOT NULL, 'completed', ended_at IS NOT NULL, ended_how, accepted_at IS NOT NULL, 'accepted', source != 'cunban', 'accepted', noticed > supplemented, 'deficiency_notified', supplemented > 0, 'supplemented', submitted_at IS NOT NULL, 'submitted', drafted_organisation != '', 'drafted', 'unknown') AS status,
    submitted_at,
    accepted_at,
    completed_at,
    ended_at,
    outcome,
    shape,
    if(answer_due.sequence > 0, answer_due.at, NULL) AS answer_due_at,
    if(moved_promised.sequence > 0, moved_promised.at, promised_due) AS promised_due_at,
    if(moved_legal.sequence > 0, moved_legal.at, legal_due) AS legal_due_at,
    multiIf(accepted_at IS NOT NULL, promised_due_at, (ended_at IS NOT NULL) OR (noticed > supplemented), NULL, answer_due_at) AS due_at,
    multiIf(moved_promised.sequence > 0, moved_promised.provisional, accepted_at IS NOT NULL, promised_provisional, answer_due.provisional) AS provisional,
    intake_version,
    routing_version,
    review_version,
    last_appended_at
FROM
(
    SELECT *
    FROM cases_v2
    FINAL
);

CREATE VIEW families
(
    `family_id` String,
    `case_id` String,
    `topic` String,
    `topic_version` UInt32,
    `members` UInt8
)
AS SELECT
    family_id,
    case_id,
    told.topic AS topic,
    told.topic_version AS topic_version,
    told.members AS members
FROM
(
    SELECT *
    FROM families_v1
    FINAL
);

CREATE VIEW numbers
(
    `number` String,
    `kind` LowCardinality(String),
    `case_id` String
)
AS SELECT
    number,
    kind,
    case_id
FROM numbers_v1
FINAL;

CREATE VIEW open_steps
(
    `case_id` String,
    `step_id` String
)
AS SELECT
    case_id,
    step_id
FROM
(
    SELECT *
    FROM open_steps_v1
    FINAL
)
WHERE (opened = 1) AND (closed = 0);

CREATE VIEW presence
(
    `officer_id` String,
    `sequence` UInt64,
    `type` LowCardinality(String),
    `session_id` String,
    `since` DateTime64(3, 'UTC'),
    `organisation` LowCardinality(String),
    `device` String
)
AS SELECT
    officer_id,
    sequence,
    type,
    session_id,
    since,
    organisation,
    device
FROM presence_v1
FINAL;

CREATE VIEW steps
(
    `case_id` String,
    `step_id` String,
    `number` UInt8,
    `stage` UInt8,
    `title` String,
    `organisation` String,
    `duty` String,
    `role` String,
    `item` String,
    `opened_at` Nullable(DateTime64(3, 'UTC')),
    `limit` UInt32,
    `unit` String,
    `due_at` Nullable(DateTime64(3, 'UTC')),
    `provisional` Bool,
    `calendar_version` String,
    `received_at` Nullable(DateTime64(3, 'UTC')),
    `claimed_by` String,
    `claimed_at` Nullable(DateTime64(3, 'UTC')),
    `closed_at` Nullable(DateTime64(3, 'UTC')),
    `outcome` String,
    `closed_by` String,
    `moves` UInt32,
    `is_delegated` UInt8,
    `stand_in` String,
    `acting_for` String,
    `stand_in_since` Nullable(DateTime64(3, 'UTC')),
    `stand_in_until` Nullable(DateTime64(3, 'UTC')),
    `recalled_for` String
)
AS SELECT
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
    if(moved.sequence > 0, moved.limit, opened.limit) AS limit,
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
FROM
(
    SELECT *
    FROM steps_v1
    FINAL
);
