"""The embedded broker: one Kafka node (broker and controller) of this machine."""

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from services.one_machine import broker_folder, jre
from services.one_machine.cannot_start import CannotStart
from services.one_machine.ports import LOOPBACK
from services.one_machine.supervision_tree import ProcessSpec
from services.runtime.broker_probe import broker_ready

_LOG = "logs/kafka.log"
_LOG4J2 = Path(__file__).with_name("log4j2.xml")
_TEN_YEARS_MINUTES = 10 * 365 * 24 * 60

_SETTINGS: Mapping[str, str | int] = {
    "process.roles": "broker,controller",
    "node.id": 1,
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "PLAINTEXT",
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
    "auto.create.topics.enable": "false",
    # One node: nothing to replicate to.
    "default.replication.factor": 1,
    "min.insync.replicas": 1,
    "offsets.topic.replication.factor": 1,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "share.coordinator.state.topic.replication.factor": 1,
    "share.coordinator.state.topic.min.isr": 1,
    # Few internal partitions: each costs time at the first start and two mapped files for ever.
    "offsets.topic.num.partitions": 6,
    "transaction.state.log.num.partitions": 6,
    "share.coordinator.state.topic.num.partitions": 1,
    # After a kill the controller waits this long for the broker that it believes alive, and nothing
    # is served meanwhile: nine seconds by default.
    "broker.session.timeout.ms": 3000,
    "broker.heartbeat.interval.ms": 500,
    "group.initial.rebalance.delay.ms": 0,
    "log.message.timestamp.type": "LogAppendTime",
    "message.max.bytes": 2 * 1024 * 1024,
    # Topics set their own; what is said to be kept for ever must not depend on a default.
    "log.retention.ms": -1,
    # Seven days by default: an office closed over Spring Festival would come back without offsets.
    "offsets.retention.minutes": _TEN_YEARS_MINUTES,
    # A quarter of the heap by default, for a log a county does not have.
    "log.cleaner.dedupe.buffer.size": 32 * 1024 * 1024,
    "num.network.threads": 2,
    "num.io.threads": 4,
}

_JVM = (
    "-Xmx512m",
    "-XX:+UseSerialGC",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:-UsePerfData",
    "-Djava.awt.headless=true",
)


@dataclass(frozen=True, slots=True)
class Broker:
    """One node, its places and ports. Kafka's files lie in `home/kafka`."""

    home: Path
    """The data folder. Kafka runs in it and is given relative names, so that no letter of the
    path (Chinese, a comma, a blank) can be misread in a properties file."""
    port: int
    controller_port: int
    class_path: Sequence[Path]

    @property
    def bootstrap(self) -> str:
        """Address for clients, `host:port`."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def folder(self) -> Path:
        """Where the log of everything lies."""
        return self.home / "kafka"

    def prepare(self) -> None:
        """Write the settings, and format the folder where that was not done yet.

        Raises:
            CannotStart: the folder is damaged, of another cluster, or in use by a broker.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.home / "logs").mkdir(exist_ok=True)
        broker_folder.require_unused(self.folder)
        cluster = broker_folder.cluster_id(self.folder, self.home / "cluster-id")
        lines = (f"{key}={value}\n" for key, value in self._settings().items())
        (self.home / "kafka.properties").write_text("".join(lines), encoding="ascii")
        if not broker_folder.is_formatted(self.folder):
            self._format(cluster)

    def spec(self) -> ProcessSpec:
        """Give the process: the first to start, the last to stop, nothing goes without it."""
        return ProcessSpec(
            name="kafka",
            argv=self._java("kafka.Kafka", "kafka.properties"),
            env=self._environment(),
            ready=partial(broker_ready, self.bootstrap),
            stage=0,
            critical=True,
            cwd=self.home,
            own_log=self.home / _LOG,
        )

    def _settings(self) -> dict[str, str | int]:
        plain = f"PLAINTEXT://{LOOPBACK}:{self.port}"
        return {
            **_SETTINGS,
            "controller.quorum.voters": f"1@{LOOPBACK}:{self.controller_port}",
            "listeners": f"{plain},CONTROLLER://{LOOPBACK}:{self.controller_port}",
            "advertised.listeners": plain,
            "log.dirs": "kafka",
        }

    def _java(self, main: str, *arguments: str) -> tuple[str, ...]:
        logging = (f"-Dlog4j2.configurationFile={_LOG4J2}", f"-Dcunban.kafka.log={_LOG}")
        return (str(jre.java()), *_JVM, *jre.quiet_options(), *logging, main, *arguments)

    def _environment(self) -> dict[str, str]:
        return {"CLASSPATH": ":".join(map(str, self.class_path)), "LC_ALL": "C.UTF-8"}

    def _format(self, cluster: str) -> None:
        done = subprocess.run(
            self._java(
                "kafka.tools.StorageTool", "format", "-t", cluster, "-c", "kafka.properties"
            ),
            cwd=self.home,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            said = (done.stderr or done.stdout).strip()
            raise CannotStart(
                f"Kafka 的数据目录未能建立: {self.folder}\n{said}\n请移走该目录后重试",
                f"Kafka's folder {self.folder} could not be formatted, see above. "
                "Move it away and try again",
            )
