"""The store of the read models: ClickHouse, as a server or as the engine in this process.

Nothing else in the project names `clickhouse_connect`.
"""
