-- The read models. `max` over a tuple that begins with the sequence keeps the latest of its kind;
-- each column is fed by one topic only, so that sequences can be compared. A sequence of 0 means
-- that it has not happened; an instant of 1970 means that there is none.
-- Views are never edited: another form is another table with another suffix.

CREATE TABLE {db}.cases_v1 {on_cluster}
(
    case_id String,
    drafted SimpleAggregateFunction(max, Tuple(sequence UInt64, item_code String, item_version UInt32,
        organisation String, channel String, applicant_ref String, at DateTime64(3, 'UTC'))),
    submitted SimpleAggregateFunction(max, Tuple(sequence UInt64, case_number String, item_code String,
        item_version UInt32, organisation String, channel String, applicant_ref String,
        agent_ref String, at DateTime64(3, 'UTC'))),
    answer SimpleAggregateFunction(max, Tuple(sequence UInt64, due_at DateTime64(3, 'UTC'),
        provisional Bool, calendar_version String)),
    first_noticed_at SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
    noticed SimpleAggregateFunction(max, UInt64),
    supplemented SimpleAggregateFunction(max, UInt64),
    accepted SimpleAggregateFunction(max, Tuple(sequence UInt64, case_number String, item_code String,
        item_version UInt32, kind String, organisation String, department String,
        applicant_ref String, officer String, at DateTime64(3, 'UTC'))),
    legal SimpleAggregateFunction(max, Tuple(sequence UInt64, `limit` UInt32, unit String,
        started_at DateTime64(3, 'UTC'), due_at DateTime64(3, 'UTC'), provisional Bool,
        calendar_version String)),
    promised SimpleAggregateFunction(max, Tuple(sequence UInt64, `limit` UInt32, unit String,
        started_at DateTime64(3, 'UTC'), due_at DateTime64(3, 'UTC'), provisional Bool,
        calendar_version String)),
    ended SimpleAggregateFunction(max, Tuple(sequence UInt64, how String, reason String,
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

CREATE MATERIALIZED VIEW {db}.cases_v1_from_intake {on_cluster} TO {db}.cases_v1 AS
WITH
    'Tuple(case_number String, item_code String, item_version UInt32, kind String,
        organisation String, department String, channel String, applicant_ref String,
        agent_ref String, reason String)' AS fields,
    'Tuple(`limit` UInt32, unit String, started_at String, due_at String, provisional Bool,
        calendar_version String)' AS term,
    JSONExtract(value, fields) AS told,
    JSONExtract(value, 'answer', term) AS answer_term,
    JSONExtract(value, 'legal', term) AS legal_term,
    JSONExtract(value, 'promised', term) AS promised_term,
    type = 'cn.cunban.application.drafted.v1' AS is_drafted,
    type = 'cn.cunban.application.submitted.v1' AS is_submitted,
    type = 'cn.cunban.application.supplemented.v1' AS is_supplemented,
    type IN ('cn.cunban.application.deficiency-notified.v1',
        'cn.cunban.application.deficiency-notified.v2') AS is_noticed,
    type = 'cn.cunban.case.accepted.v1' AS is_accepted,
    type IN ('cn.cunban.case.not-accepted.v1', 'cn.cunban.application.withdrawn.v1') AS is_ended
SELECT
    key AS case_id,
    (is_drafted ? sequence : 0, is_drafted ? told.item_code : '',
        is_drafted ? told.item_version : 0, is_drafted ? told.organisation : '',
        is_drafted ? told.channel : '', is_drafted ? told.applicant_ref : '',
        is_drafted ? occurred_at : toDateTime64(0, 3, 'UTC')) AS drafted,
    (is_submitted ? sequence : 0, is_submitted ? told.case_number : '',
        is_submitted ? told.item_code : '', is_submitted ? told.item_version : 0,
        is_submitted ? told.organisation : '', is_submitted ? told.channel : '',
        is_submitted ? told.applicant_ref : '', is_submitted ? told.agent_ref : '',
        is_submitted ? occurred_at : toDateTime64(0, 3, 'UTC')) AS submitted
FROM {db}.events
WHERE topic = 'case.intake.events.v1';
