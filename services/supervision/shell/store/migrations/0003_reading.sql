-- Stable names for whoever reads (queries, Grafana). Each is cheap to replace when the table
-- behind it gets another suffix. No figure is defined twice: all of them read from here.
--
-- FINAL stands in a subquery: asked for `accepted.at` directly, the engine (26.9) reads that part
-- of the tuple without merging it, and gives the value of any row.

CREATE VIEW {db}.cases {on_cluster} AS
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
    if(promised.sequence > 0, promised.due_at, NULL) AS promised_due_at,
    if(legal.sequence > 0, legal.due_at, NULL) AS legal_due_at,
    multiIf(
        accepted.sequence > 0, promised.due_at,
        ended.sequence > 0 OR noticed.sequence > supplemented.sequence, NULL,
        answer.sequence > 0, answer.due_at,
        NULL) AS due_at,
    if(accepted.sequence > 0, promised.provisional, answer.provisional) AS provisional,
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

CREATE VIEW {db}.case_clocks {on_cluster} AS
SELECT case_id, answer, legal, promised FROM {db}.cases_v1 FINAL;

CREATE VIEW {db}.steps {on_cluster} AS
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
    opened.limit AS `limit`,
    opened.unit AS unit,
    if(opened.sequence > 0, opened.due_at, NULL) AS due_at,
    opened.provisional AS provisional,
    opened.calendar_version AS calendar_version,
    if(received.sequence > 0, received.at, NULL) AS received_at,
    claimed.officer_id AS claimed_by,
    if(claimed.officer_id != '', claimed.at, NULL) AS claimed_at,
    if(closed.sequence > 0, closed.at, NULL) AS closed_at,
    closed.outcome AS outcome,
    if(closed.officer_id != '', closed.officer_id, concluded.officer_id) AS closed_by
FROM (SELECT * FROM {db}.steps_v1 FINAL);

CREATE VIEW {db}.acts {on_cluster} AS
SELECT officer_id, day, topic, key, sequence, occurred_at, source, organisation, type, activity,
    refused
FROM {db}.acts_v1 FINAL;

CREATE VIEW {db}.presence {on_cluster} AS
SELECT officer_id, sequence, type, session_id, since, organisation, device
FROM {db}.presence_v1 FINAL;

-- Working days of the published years, numbered through: `number` counts the working days up to
-- and including `day` within its run of published years. The latest filling is in force.
CREATE TABLE {db}.calendar_days {on_cluster}
(
    day Date,
    run UInt16,
    number UInt32,
    version String,
    filled_at DateTime64(3, 'UTC')
)
ENGINE = {engine:ReplacingMergeTree}
ORDER BY (filled_at, day);

-- Where organisations lie. Filled from the reference facts.
CREATE TABLE {db}.organisations {on_cluster}
(
    path String,
    division String,
    filled_at DateTime64(3, 'UTC')
)
ENGINE = {engine:ReplacingMergeTree(filled_at)}
ORDER BY path;
