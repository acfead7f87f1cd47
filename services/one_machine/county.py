"""What runs on one machine: the roles of a county as data, with their ports and settings."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from services.one_machine.data_folder import DataFolder
from services.one_machine.ports import LOOPBACK
from services.one_machine.readiness import http_ready
from services.one_machine.steps import Step
from services.one_machine.supervision_tree import ProcessSpec
from services.runtime.settings import CONTROLLER_OFFSET, KAFKA_OFFSET

_CUNBAN = (sys.executable, "-m", "services.cli.main")
DEPLOYED = Path(__file__).resolve().parents[2] / "deploy" / "county"
"""The reference data of the county that comes with the checkout."""


@dataclass(frozen=True, slots=True)
class Role:
    """One process of a service. Its port is `port_base` + `offset`."""

    name: str
    offset: int
    service: str
    roles: str
    title: str = ""
    """What people find at its address, zh and en; empty where only machines look."""


ROLES = (
    Role("portal", 0, "portal", "", "门户 portal"),
    Role("intake", 1, "intake", "api,worker", "村级受理 intake"),
    Role("routing", 2, "routing", "api,worker", "分级流转 routing"),
    Role("review", 3, "review", "api,worker", "部门审批 review"),
    # The API and the projector share the embedded store: one process a path (pitfall C10).
    Role("supervision", 4, "supervision", "api,projector", "实时监察 supervision"),
    Role("supervision-worker", 5, "supervision", "worker"),
    Role("routing-reactions", 6, "routing", "reactions"),
    Role("review-reactions", 7, "review", "reactions"),
    Role("supervision-reactions", 8, "supervision", "reactions"),
    Role("intake-reactions", 9, "intake", "reactions"),
)


@dataclass(frozen=True, slots=True)
class Machine:
    """One county on one machine."""

    port_base: int
    folder: DataFolder
    demo: bool

    @property
    def broker_port(self) -> int:
        """Where clients find the broker."""
        return self.port_base + KAFKA_OFFSET

    @property
    def controller_port(self) -> int:
        """Where the broker's controller listens, for itself only."""
        return self.port_base + CONTROLLER_OFFSET

    def ports(self) -> dict[str, int]:
        """Give every port that must be free, by name."""
        return {
            **{role.name: self.port_base + role.offset for role in ROLES},
            "kafka": self.broker_port,
            "kafka controller": self.controller_port,
        }

    def steps(self) -> tuple[Step, ...]:
        """Give what is done before the services start, in order."""
        demo = ("--demo",) if self.demo else ()
        reference = (*_CUNBAN, "reference", "apply", str(DEPLOYED), "--yes", *demo)
        return (
            Step("topics", (*_CUNBAN, "topics", "apply"), self._environment()),
            Step("reference", reference, self._environment()),
        )

    def services(self) -> tuple[ProcessSpec, ...]:
        """Give the processes to keep running beside the broker."""
        return tuple(self._spec(role) for role in ROLES)

    def addresses(self) -> dict[str, str]:
        """Give what people open in a browser, by title."""
        return {
            role.title: f"http://{LOOPBACK}:{self.port_base + role.offset}"
            for role in ROLES
            if role.title
        }

    def _spec(self, role: Role) -> ProcessSpec:
        port = self.port_base + role.offset
        which = ("--role", role.roles) if role.roles else ()
        own = {"CUNBAN_HTTP__PORT": str(port), "CUNBAN_INSTANCE": role.name}
        return ProcessSpec(
            name=role.name,
            argv=(*_CUNBAN, "serve", role.service, *which),
            env={**self._environment(), **own},
            ready=http_ready(port),
        )

    def _environment(self) -> Mapping[str, str]:
        return {
            "CUNBAN_KAFKA__BOOTSTRAP": f"{LOOPBACK}:{self.broker_port}",
            "CUNBAN_PORT_BASE": str(self.port_base),
            "CUNBAN_DATA_DIR": str(self.folder.path),
            "CUNBAN_STORE__DSN": f"chdb://{self.folder.store}",
            "CUNBAN_SECRETS_DIR": str(self.folder.secrets),
            "CUNBAN_DEMO": "true" if self.demo else "false",
            # A log line that waits in a buffer is not there when it is looked for.
            "PYTHONUNBUFFERED": "1",
        }
