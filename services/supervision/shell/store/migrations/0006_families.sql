-- Which cases were handed in as one topic (一件事): by family, so that a page of one case finds its
-- siblings without looking through all cases. Fed by intake's topic.

CREATE TABLE {db}.families_v1 {on_cluster}
(
    family_id String,
    case_id String,
    told SimpleAggregateFunction(max, Tuple(sequence UInt64, topic String, topic_version UInt32,
        members UInt8))
)
ENGINE = {engine:AggregatingMergeTree}
ORDER BY (family_id, case_id);

CREATE MATERIALIZED VIEW {db}.families_v1_of_events {on_cluster} TO {db}.families_v1 AS
WITH JSONExtract(value, 'Tuple(family Tuple(family_id String, topic String, topic_version UInt32,
    members UInt8))').family AS family
SELECT
    family.family_id AS family_id,
    key AS case_id,
    max((sequence, family.topic, family.topic_version, family.members)) AS told
FROM {db}.events
WHERE topic = 'case.intake.events.v1' AND type IN ('cn.cunban.application.submitted.v1',
    'cn.cunban.case.accepted.v1')
GROUP BY family_id, key
HAVING family_id != '';

CREATE VIEW {db}.families {on_cluster} AS
SELECT family_id, case_id, told.topic AS topic, told.topic_version AS topic_version,
    told.members AS members
FROM (SELECT * FROM {db}.families_v1 FINAL);
