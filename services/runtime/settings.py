"""Settings: command line over environment over file over default; secrets as files."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeAlias, get_args

from pydantic import Field
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from services.runtime.settings_of_papers import AttachmentSettings, DocumentSettings
from services.runtime.settings_of_papers import Group as _Group
from services.runtime.settings_of_papers import says as _says

PREFIX: Final = "CUNBAN_"
CONFIG_VARIABLE: Final = "CUNBAN_CONFIG"
"""Names the TOML file; the only variable that is no setting."""

ServiceName: TypeAlias = Literal["portal", "intake", "routing", "review", "supervision"]
SERVICES: Final[tuple[ServiceName, ...]] = get_args(ServiceName)
PORT_OFFSETS: Final = {name: offset for offset, name in enumerate(SERVICES)}
"""From `port_base`."""
KAFKA_OFFSET: Final = 12
CONTROLLER_OFFSET: Final = 13

_Url: TypeAlias = Annotated[str, Field(pattern=r"^https?://[^\s/]+(:\d+)?(/\S*)?$")]
_Port: TypeAlias = Annotated[int, Field(ge=1, le=65535)]


class KafkaSettings(_Group):
    """The broker and how topics are laid out there."""

    bootstrap: Annotated[
        str,
        _says(
            "Kafka 地址，多个用逗号隔开；默认端口为 port_base + 12",
            "brokers, host:port with commas between; port_base + 12 by default",
            "kafka-0.kafka:9092,kafka-1.kafka:9092",
            pattern=r"^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$",
        ),
    ] = "127.0.0.1:8092"
    partitions: Annotated[
        int,
        _says(
            "每个主题的分区数，建好后不可更改：单机 6，县 24，省 96",
            "of a topic, fixed for its life: 6 one machine, 24 county, 96 province",
            "24",
            ge=1,
            le=1000,
        ),
    ] = 6
    replication: Annotated[
        int,
        _says(
            "副本数；生产环境 3",
            "copies of each partition; 3 in production",
            "3",
            ge=1,
            le=9,
        ),
    ] = 1
    min_insync: Annotated[
        int,
        _says(
            "写入须确认的最少副本数；生产环境 2",
            "copies that must acknowledge a write; 2 in production",
            "2",
            ge=1,
            le=9,
        ),
    ] = 1


class HttpSettings(_Group):
    """Where a service listens."""

    host: Annotated[
        str,
        _says(
            "监听地址",
            "address to listen on",
            "0.0.0.0",
            min_length=1,
        ),
    ] = "127.0.0.1"
    port: Annotated[
        _Port | None,
        _says(
            "监听端口；默认按 port_base 推算", "port to listen on; by default by port_base", "8081"
        ),
    ] = None
    max_body_bytes: Annotated[
        int,
        _says(
            "请求体上限（字节），附件另有上限",
            "largest request body; attachments have a limit of their own",
            "1048576",
            ge=1024,
        ),
    ] = 1_048_576


class StoreSettings(_Group):
    """ClickHouse: a server, or the engine in the process."""

    dsn: Annotated[
        str,
        _says(
            "分析库地址：chdb:// 为内嵌引擎，clickhouse:// 为服务器；默认 <data_dir>/store",
            "chdb:// is the engine in the process, clickhouse:// a server",
            "clickhouse://cunban@clickhouse:8123/cunban",
            pattern=r"^(chdb|clickhouses?|https?)://\S+$",
        ),
    ] = "chdb://.cunban/store"


class LogSettings(_Group):
    """The process log."""

    format: Annotated[
        Literal["auto", "json", "console"],
        _says(
            "日志格式；auto：终端上为彩色文本，否则为 JSON",
            "auto: coloured text on a terminal, JSON elsewhere",
            "json",
        ),
    ] = "auto"
    level: Annotated[
        Literal["debug", "info", "warning", "error"],
        _says(
            "最低日志级别",
            "least level that is written",
            "info",
        ),
    ] = "info"


def _url(name: str) -> Any:
    zh, en = f"{name} 服务地址；默认按 port_base 推算", f"where {name} is; by default by port_base"
    return _says(zh, en, f"https://{name}.cunban.example")


class ServiceUrls(_Group):
    """Where the services reach one another, no slash at the end."""

    portal: Annotated[_Url, _url("portal")] = "http://127.0.0.1:8080"
    intake: Annotated[_Url, _url("intake")] = "http://127.0.0.1:8081"
    routing: Annotated[_Url, _url("routing")] = "http://127.0.0.1:8082"
    review: Annotated[_Url, _url("review")] = "http://127.0.0.1:8083"
    supervision: Annotated[_Url, _url("supervision")] = "http://127.0.0.1:8084"


def _instance_name() -> str:
    return f"{socket.gethostname()}-{os.getpid()}"


class Settings(BaseSettings):
    """All settings of a process; built by `settings_loading.load_settings`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_ignore_empty=True,
        frozen=True,
        extra="forbid",
    )

    kafka: KafkaSettings = KafkaSettings()
    http: HttpSettings = HttpSettings()
    store: StoreSettings = StoreSettings()
    attachments: AttachmentSettings = AttachmentSettings()
    documents: DocumentSettings = DocumentSettings()
    log: LogSettings = LogSettings()
    services_url: ServiceUrls = ServiceUrls()
    data_dir: Annotated[
        Path,
        _says(
            "数据目录（内嵌 Kafka、分析库、密钥）",
            "folder of the embedded broker, the store and the secrets",
            "/var/lib/cunban",
        ),
    ] = Path(".cunban")
    secrets_dir: Annotated[
        Path,
        _says(
            "密钥目录：signing_key.pem 或 verify_key.pem、code_secret；默认 <data_dir>/secrets",
            "holds signing_key.pem or verify_key.pem, and code_secret",
            "/run/secrets/cunban",
        ),
    ] = Path(".cunban/secrets")
    port_base: Annotated[
        int,
        _says(
            "端口基数：门户 +0，受理 +1，流转 +2，审批 +3，监察 +4，Kafka +12、+13",
            "portal +0, intake +1, routing +2, review +3, supervision +4, Kafka +12 f.",
            "18080",
            ge=1,
            le=65000,
        ),
    ] = 8080
    demo: Annotated[
        bool,
        _says(
            "启用演示账号；生产环境不可开启",
            "lets the demo accounts sign in; never in production",
            "true",
        ),
    ] = False
    result_wait_seconds: Annotated[
        float,
        _says(
            "HTTP 请求等候命令结果的秒数，之后答 202",
            "how long a request waits for its result before it is answered 202",
            "2.0",
            gt=0,
            le=60,
        ),
    ] = 2.0
    in_flight_limit: Annotated[
        int,
        _says(
            "同时等候结果的命令上限，超过则答 503",
            "commands waited for at once; beyond that requests are answered 503",
            "512",
            ge=1,
            le=100_000,
        ),
    ] = 512
    instance: Annotated[
        str,
        _says(
            "本进程名称；默认 主机名-进程号",
            "name of this process; host name and process id by default",
            "intake-0",
            min_length=1,
            max_length=120,
        ),
    ] = Field(default_factory=_instance_name)

    def port_of(self, service: ServiceName) -> int:
        """Give the port on which `service` listens: `http.port`, or by `port_base`."""
        return self.http.port or self.port_base + PORT_OFFSETS[service]

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Give the sources, strongest first; `.env` files are not read."""
        file = os.environ.get(CONFIG_VARIABLE) or None
        return (
            init_settings,
            env_settings,
            TomlConfigSettingsSource(settings_cls, file),
            Derived(settings_cls),
        )


class Derived(PydanticBaseSettingsSource):
    """Defaults that follow `port_base` and `data_dir` as the stronger sources set them."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Give nothing field by field; all comes from the call."""
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """Give the derived defaults; none from a `port_base` that is itself wrong."""
        given: Mapping[str, Any] = self.current_state
        found: dict[str, Any] = {}
        if folder := given.get("data_dir"):
            found["store"] = {"dsn": f"chdb://{folder}/store"}
            found["secrets_dir"] = f"{folder}/secrets"
            found["attachments"] = {"store": f"{folder}/attachments"}
        base = str(given.get("port_base", ""))
        if base.isdecimal():
            found["kafka"] = {"bootstrap": f"127.0.0.1:{int(base) + KAFKA_OFFSET}"}
            found["services_url"] = {
                name: f"http://127.0.0.1:{int(base) + offset}"
                for name, offset in PORT_OFFSETS.items()
            }
            found["documents"] = {
                "public_url": found["services_url"]["supervision"],
                "pages_url": found["services_url"]["portal"],
            }
        return found
