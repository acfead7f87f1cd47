-- The log as it is: headers in columns, the JSON text untouched. Every read model is a view over
-- the insert into this table, so it can be made anew from here without reading Kafka.
--
-- One line of the log is (topic, key, sequence); repeats fall together when parts are merged, the
-- first of them on the log stays. Never count this table without FINAL.
-- `batch` marks the rows of one insert: a process killed inside it leaves views without rows, or
-- rows without views; the next start inserts that whole batch again (docs/projections.md).
CREATE TABLE {db}.events {on_cluster}
(
    topic LowCardinality(String),
    partition UInt16,
    offset UInt64 CODEC(Delta, ZSTD(1)),
    event_id String CODEC(ZSTD(1)),
    type LowCardinality(String),
    key String CODEC(ZSTD(1)),
    sequence UInt64 CODEC(ZSTD(1)),
    occurred_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    appended_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    source LowCardinality(String),
    actor LowCardinality(String),
    causation_id String CODEC(ZSTD(1)),
    correlation_id String CODEC(ZSTD(1)),
    batch UInt64 CODEC(ZSTD(1)),
    value String CODEC(ZSTD(1)),
    earliest UInt64 MATERIALIZED bitNot(offset) CODEC(Delta, ZSTD(1))
)
ENGINE = {engine:ReplacingMergeTree(earliest)}
ORDER BY (topic, key, sequence);
