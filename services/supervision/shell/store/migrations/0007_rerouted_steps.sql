-- Steps laid to the successor of an abolished organisation: a move like any other, by which nobody
-- holds the step. A view of its own over the same events; it feeds what 0005 reads.

CREATE MATERIALIZED VIEW {db}.steps_v1_of_rerouting {on_cluster} TO {db}.steps_v1 AS
WITH JSONExtract(value, 'Tuple(step_id String, to_organisation String, move UInt32)') AS told
SELECT
    key AS case_id,
    told.step_id AS step_id,
    max((sequence, told.to_organisation, '', told.move, occurred_at)) AS placed
FROM {db}.events
WHERE topic = 'case.routing.events.v1' AND type = 'cn.cunban.step.rerouted.v1'
GROUP BY key, step_id;
