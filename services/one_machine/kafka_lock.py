"""Which jars make up the broker, each with its checksum: `kafka.lock` beside this file.

`python -m services.one_machine.kafka_lock >kafka.lock` resolves them anew (needs the network).
"""

import hashlib
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

KAFKA = "org.apache.kafka:kafka_2.13:4.2.0"
# Kafka logs through SLF4J 1.7 and its POM names no binding; the version is that of its log4j-core.
# Not resolved together with Kafka: jgo would take it for a bill of materials, and log4j's names
# an older kafka-clients.
LOG_BINDING = "org.apache.logging.log4j:log4j-slf4j-impl:2.25.3"

LOCK = Path(__file__).with_name("kafka.lock")


@dataclass(frozen=True, slots=True)
class Jar:
    """One file of the class path. `size` in bytes."""

    group: str
    artifact: str
    version: str
    sha256: str
    size: int

    @property
    def filename(self) -> str:
        """Unique within one lock."""
        return f"{self.artifact}-{self.version}.jar"


def locked(path: Path = LOCK) -> tuple[Jar, ...]:
    """Give the jars of the lock in class path order."""
    return tuple(_jar(line) for line in path.read_text(encoding="utf-8").splitlines())


def _jar(line: str) -> Jar:
    coordinate, sha256, size = line.split()
    group, artifact, version = coordinate.split(":")
    return Jar(group, artifact, version, sha256, int(size))


def resolved(folder: Path) -> Iterator[Jar]:
    """Resolve the class path over the network with jgo, downloading into `folder`."""
    # Half a second that only whoever renews the lock should pay.
    from jgo.maven import MavenContext, PythonResolver

    context = MavenContext(resolver=PythonResolver(), repo_cache=folder, local_repos=[])
    inputs, transitive = context.resolver.resolve([context.create_dependency(KAFKA)])
    wanted = [dependency for dependency in transitive if dependency.scope in {"compile", "runtime"}]
    artifacts = [dependency.artifact for dependency in (*inputs, *wanted)]
    artifacts.append(context.create_dependency(LOG_BINDING).artifact)
    for artifact in artifacts:
        content = Path(artifact.resolve()).read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        yield Jar(artifact.groupId, artifact.artifactId, artifact.version, sha256, len(content))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as downloads:
        for jar in resolved(Path(downloads)):
            coordinate = f"{jar.group}:{jar.artifact}:{jar.version}"
            sys.stdout.write(f"{coordinate} {jar.sha256} {jar.size}\n")
