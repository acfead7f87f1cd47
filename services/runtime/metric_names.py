"""Every metric there is: name, kind, unit, labels, meaning. Labels are bounded, never a case."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

Counted: TypeAlias = Literal[
    "commands",
    "dead_letters",
    "gateway_timeouts",
    "log_fields_dropped",
    "people_erased",
    "people_looks",
    "projection_rows",
    "reactions",
    "rebalances",
    "sign_ins",
    "timers_fired",
]
Measured: TypeAlias = Literal[
    "commands_in_flight",
    "partition_lag",
    "partition_queue",
    "projection_freshness_seconds",
    "ready",
    "sessions",
    "stream_listeners",
    "timers_pending",
]
Distributed: TypeAlias = Literal[
    "batch_commands",
    "gateway_seconds",
    "http_request_seconds",
    "projection_batch_seconds",
    "query_seconds",
    "recovery_seconds",
    "transaction_seconds",
]
MetricName: TypeAlias = Counted | Measured | Distributed
PREFIX: Final = "cunban_"


@dataclass(frozen=True, slots=True)
class Metric:
    """What one metric means and how it is split."""

    kind: Literal["counter", "gauge", "histogram"]
    unit: str
    meaning_zh: str
    meaning_en: str
    labels: tuple[str, ...] = ()
    allowed: dict[str, frozenset[str]] = field(default_factory=dict)
    """Labels whose values are a closed set; any other value is an error."""
    buckets: tuple[float, ...] = ()
    """Upper ends, of histograms only."""


_FAST: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0)
_SLOW: Final = (0.01, 0.05, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0)
_SIZES: Final = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)
_COMMANDS: Final = frozenset(
    {"accepted", "viewed", "refused", "repeated", "conflict", "stale", "dead"}
)
_REACTIONS: Final = frozenset({"emitted", "nothing", "dead"})
_LOOKS: Final = frozenset({"whole", "masked", "unknown"})
_GROUNDS: Final = frozenset(
    {"purpose_fulfilled", "consent_withdrawn", "unlawful", "retention_over"}
)
_SIGN_INS: Final = frozenset({"accepted", "refused", "limited", "busy"})

METRICS: Final[dict[MetricName, Metric]] = {
    "commands": Metric(
        "counter",
        "命令 commands",
        "已执行的命令，按结果",
        "commands carried out, by what came of them",
        ("service", "outcome"),
        {"outcome": _COMMANDS},
    ),
    "transaction_seconds": Metric(
        "histogram",
        "秒 seconds",
        "一个 Kafka 事务用时，从开始到提交",
        "one Kafka transaction, from begin to commit",
        ("service",),
        buckets=_FAST,
    ),
    "batch_commands": Metric(
        "histogram",
        "命令 commands",
        "一个事务中的命令数",
        "commands in one transaction",
        ("service",),
        buckets=_SIZES,
    ),
    "partition_lag": Metric(
        "gauge",
        "消息 messages",
        "某分区尚未读到的消息数",
        "messages of a partition not yet read",
        ("group", "topic", "partition"),
    ),
    "partition_queue": Metric(
        "gauge",
        "命令 commands",
        "某分区已读入、尚未执行的命令",
        "commands of a partition read and not yet carried out",
        ("service", "partition"),
    ),
    "rebalances": Metric(
        "counter",
        "次 times",
        "分区重新分配次数",
        "times that partitions were given out anew",
        ("group",),
    ),
    "recovery_seconds": Metric(
        "histogram",
        "秒 seconds",
        "接手一个分区并恢复状态用时",
        "taking over a partition until its state is recovered",
        ("service",),
        buckets=_SLOW,
    ),
    "reactions": Metric(
        "counter",
        "事件 events",
        "已回应的事件，按结果",
        "events reacted to, by what came of them",
        ("service", "outcome"),
        {"outcome": _REACTIONS},
    ),
    "timers_pending": Metric(
        "gauge",
        "定时 timers",
        "尚未到时的定时命令",
        "timers whose instant has not come",
        ("service",),
    ),
    "timers_fired": Metric(
        "counter",
        "命令 commands",
        "到时发出的命令",
        "commands given because their instant had come",
        ("service",),
    ),
    "dead_letters": Metric(
        "counter",
        "消息 messages",
        "转入死信主题的消息",
        "messages put aside as unreadable",
        ("topic",),
    ),
    "commands_in_flight": Metric(
        "gauge",
        "命令 commands",
        "已受理、尚在等结果的命令",
        "commands whose result is being waited for",
        ("service",),
    ),
    "gateway_seconds": Metric(
        "histogram",
        "秒 seconds",
        "从发出命令到收到结果",
        "from a command sent to its result",
        ("service",),
        buckets=_FAST,
    ),
    "gateway_timeouts": Metric(
        "counter",
        "命令 commands",
        "限时内未等到结果、答以 202 的命令",
        "commands answered 202, as the result did not come in time",
        ("service",),
    ),
    "projection_freshness_seconds": Metric(
        "gauge",
        "秒 seconds",
        "最近入库的事件距现在多久；没有积压时为 0",
        "how far the tables are behind the stream; 0 without backlog",
    ),
    "projection_rows": Metric(
        "counter", "行 rows", "写入分析库的行数", "rows written to the store", ("table",)
    ),
    "projection_batch_seconds": Metric(
        "histogram",
        "秒 seconds",
        "一批写入分析库用时",
        "one batch written to the store",
        ("table",),
        buckets=_FAST,
    ),
    "query_seconds": Metric(
        "histogram", "秒 seconds", "一次查询用时", "one query", ("query",), buckets=_FAST
    ),
    "http_request_seconds": Metric(
        "histogram",
        "秒 seconds",
        "HTTP 请求到开始应答用时，按路由模板",
        "an HTTP request until its answer begins, by route template",
        ("method", "route", "status"),
        buckets=_FAST,
    ),
    "stream_listeners": Metric(
        "gauge", "连接 connections", "正在收听实时推送的连接", "connections listening to the stream"
    ),
    "sign_ins": Metric(
        "counter",
        "次 times",
        "登录尝试，按结果",
        "attempts to sign in, by outcome",
        ("outcome",),
        {"outcome": _SIGN_INS},
    ),
    "sessions": Metric(
        "gauge", "会话 sessions", "本进程所见的在线会话", "sessions open, as this process sees them"
    ),
    "people_looks": Metric(
        "counter",
        "次 times",
        "按证件号码查看办事人，按所见",
        "looks at a person by number, by what was seen",
        ("outcome",),
        {"outcome": _LOOKS},
    ),
    "people_erased": Metric(
        "counter",
        "人 persons",
        "已删除的办事人，按理由",
        "persons erased, by ground",
        ("ground",),
        {"ground": _GROUNDS},
    ),
    "ready": Metric(
        "gauge",
        "0 | 1",
        "某项依赖是否就绪",
        "whether a dependency is there",
        ("check",),
    ),
    "log_fields_dropped": Metric(
        "counter",
        "字段 fields",
        "因不在许可表内而未写入日志的字段",
        "log fields left out, since they are not on the allow-list",
    ),
}
