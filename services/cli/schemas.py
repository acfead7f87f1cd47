"""`cunban schemas`: the filed forms of every message, and whether they hold."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Annotated, Final

import typer
import yaml

from schemas.asyncapi import document
from schemas.compatibility import BreakKind, Direction, Finding, transitively_compatible
from schemas.json_schema import FORMS, JsonSchema, schema_of, text_of

app = typer.Typer(no_args_is_help=True, help="消息契约 The contract of the log.")

PUBLISHED = Path(str(resources.files("schemas"))) / "published"
MODEL: Final = "model"
"""Stands beside the revisions for the form of today's classes."""
_MAIN: Final = ("refs/heads/main", "refs/remotes/origin/main")

_KINDS: Final[Mapping[BreakKind, str]] = {
    "type": "类型变了 another type",
    "values": "取值超出范围 value beyond the list",
    "required": "必填字段可能缺失 required field may be absent",
    "bound": "超出限度 beyond the bound",
    "format": "格式变了 another format",
    "pattern": "写法变了 another pattern",
    "default": "缺省值变了 another default",
    "union": "没有可读的形式 no branch that reads it",
    "unjudged": "无法比较 keyword that is not compared",
}
_DIRECTIONS: Final[Mapping[Direction, str]] = {
    "new reader, old messages": "新程序读旧消息 new reader, old messages",
    "old reader, new messages": "旧程序读新消息 old reader, new messages",
}

Folder = Annotated[
    Path, typer.Option("--folder", help="存档目录 Folder of the filed forms.", file_okay=False)
]


@app.command()
def publish(folder: Folder = PUBLISHED) -> None:
    """把现有形式存档 File the form of every event and fact; what is on main is never altered.

    形式不变则不写；可兼容的变化另存一份；不兼容则什么都不写，退出码 1。
    Nothing is written where nothing changed; a compatible change is filed beside the older ones;
    a breaking one writes nothing at all and exits 1.
    """
    shelf = _read(folder)
    kept = _on_main(folder)
    plan = {name: _place(shelf, kept, name) for name in FORMS}
    wanted = {name: schema_of(name) for name in FORMS}
    faults = shelf.faults + kept.altered
    for name, schema in wanted.items():
        older = {f"{n}.json": of for n, of in shelf.forms(name).items() if n < plan[name]}
        faults += _lines(folder, transitively_compatible(name, {**older, MODEL: schema}))
    _stop_at(faults)
    for name, schema in wanted.items():
        _file(shelf, name, plan[name], schema)


def _file(shelf: "_Shelf", name: str, place: int, schema: JsonSchema) -> None:
    forms = shelf.forms(name)
    if forms.get(place) != schema:
        path = shelf.path(name, place)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text_of(schema), "utf-8")
        print(f"已存档 filed: {_shown(path)}")
    for drafted in (n for n in forms if n > place):  # never on main, and given up
        shelf.path(name, drafted).unlink()
        print(f"已收回 taken back: {_shown(shelf.path(name, drafted))}")


@app.command()
def check(folder: Folder = PUBLISHED) -> None:
    """核对存档 Check that every form is filed, unaltered, and compatible with all others of it.

    有问题则逐条列出文件与字段，退出码 1。Names file and field of each fault and exits 1.
    """
    shelf = _read(folder)
    kept = _on_main(folder)
    if not kept.known:
        print("未找到 git 主分支，未核对存档是否被改 No main branch found: not checked against it.")
    faults = shelf.faults + kept.altered
    for name in sorted(FORMS.keys() | shelf.texts.keys()):
        faults += _faults_of(shelf, name)
    _stop_at(faults)
    print(f"消息契约完好 The contract holds: {len(FORMS)} forms.")


@app.command()
def asyncapi() -> None:
    """打印 AsyncAPI 3.0 文档 Print the AsyncAPI document that `docs/asyncapi.yaml` holds."""
    sys.stdout.write(asyncapi_text())


def asyncapi_text() -> str:
    """Give the AsyncAPI document as YAML; the same contract is the same text."""
    head = "# 由 `cunban schemas asyncapi` 生成，勿手改 Made by `cunban schemas asyncapi`.\n"
    return head + yaml.dump(
        document(), Dumper=_Plain, allow_unicode=True, sort_keys=False, width=100
    )


class _Plain(yaml.SafeDumper):
    """Writes a shared part out each time: readers of the file know no anchors."""

    def ignore_aliases(self, data: object) -> bool:
        return True

    def represent_str(self, data: str) -> yaml.ScalarNode:
        return self.represent_scalar("tag:yaml.org,2002:str", data, "|" if "\n" in data else None)


_Plain.add_representer(str, _Plain.represent_str)


@dataclass(slots=True)
class _Shelf:
    """What is filed: name → revision → text, and what lies there that should not."""

    folder: Path
    texts: dict[str, dict[int, str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def path(self, name: str, revision: int) -> Path:
        return self.folder / name / f"{revision}.json"

    def forms(self, name: str) -> dict[int, JsonSchema]:
        return {n: json.loads(text) for n, text in sorted(self.texts.get(name, {}).items())}


@dataclass(frozen=True, slots=True)
class _Main:
    """What the main branch holds of the folder."""

    known: bool
    locked: frozenset[Path] | None
    """`None`: it cannot be told, so everything that exists counts as locked."""
    altered: list[str] = field(default_factory=list)

    def locks(self, path: Path) -> bool:
        return path.exists() if self.locked is None else path in self.locked


def _read(folder: Path) -> _Shelf:
    shelf = _Shelf(folder)
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name, number = path.parent.name, path.stem
        if path.parent.parent != folder or path.suffix != ".json" or not number.isdecimal():
            shelf.faults.append(f"{_shown(path)}: 不是存档文件 not a filed form")
            continue
        text = path.read_text("utf-8")
        try:
            json.loads(text)
        except ValueError as broken:
            shelf.faults.append(f"{_shown(path)}: 不是 JSON not JSON: {broken}")
            continue
        shelf.texts.setdefault(name, {})[int(number)] = text
    return shelf


def _place(shelf: _Shelf, kept: _Main, name: str) -> int:
    """Give the revision that today's form is, or is to be, filed under: next to what is fixed."""
    forms = shelf.forms(name)
    last = max((n for n in forms if kept.locks(shelf.path(name, n))), default=0)
    return last if forms.get(last) == schema_of(name) else last + 1


def _faults_of(shelf: _Shelf, name: str) -> list[str]:
    forms = shelf.forms(name)
    place = shelf.folder / name
    if name not in FORMS:
        return [f"{_shown(place)}: 没有这种消息 filed, but no such event or fact exists"]
    if not forms:
        return [f"{_shown(place)}: 尚未存档 not filed yet; run `cunban schemas publish`"]
    if list(forms) != list(range(1, len(forms) + 1)):
        return [f"{_shown(place)}: 编号有缺 revisions are not 1, 2, 3 …: {list(forms)}"]
    last = {len(forms): schema_of(name)} if forms[len(forms)] == schema_of(name) else {}
    named = {f"{n}.json": of for n, of in forms.items()}
    found = transitively_compatible(name, named if last else {**named, MODEL: schema_of(name)})
    if found or last:
        return _lines(shelf.folder, found)
    path = _shown(place / f"{len(forms)}.json")
    return [f"{path}: 有兼容的变化未存档 changed since; run `cunban schemas publish`"]


def _lines(folder: Path, found: list[Finding]) -> list[str]:
    return [
        f"{_shown(folder / f.name / f.older)} ↔ {f.newer}: {f.broken.field or '(whole)'}: "
        f"{_KINDS[f.broken.kind]} ({_DIRECTIONS[f.broken.direction]}; "
        f"reader: {f.broken.reader}; writer: {f.broken.writer})"
        for f in found
    ]


def _stop_at(faults: list[str]) -> None:
    if faults:
        print("消息契约有误 The contract is broken:", file=sys.stderr)
        print("\n".join(f"  {fault}" for fault in faults), file=sys.stderr)
        raise typer.Exit(1)


def _shown(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _on_main(folder: Path) -> _Main:
    """Give what the main branch, here or at the origin, holds of `folder`."""
    if not folder.is_dir() or _git(folder, "rev-parse", "--git-dir") is None:
        return _Main(known=False, locked=None)
    refs = [ref for ref in _MAIN if _git(folder, "rev-parse", "--verify", "-q", ref) is not None]
    if not refs:
        # A repository without any commit has nothing to protect yet; a checkout of something
        # else without its main branch may have.
        is_new = _git(folder, "rev-parse", "--verify", "-q", "HEAD") is None
        return _Main(known=is_new, locked=frozenset() if is_new else None)
    locked: set[Path] = set()
    altered: list[str] = []
    for ref in refs:
        locked |= {folder / name for name in _git_lines(folder, "ls-tree", "-r", ref, ".")}
        # From where this branch left it: what was filed there since is not missing here.
        base = (_git(folder, "merge-base", "HEAD", ref) or ref).strip()
        changed = _git_lines(folder, "diff", "--relative", "--diff-filter=MDT", base, "--", ".")
        altered += [
            f"{_shown(folder / name)}: 主分支上的存档被改动 altered, though it is on {ref}"
            for name in changed
        ]
    return _Main(known=True, locked=frozenset(locked), altered=altered)


def _git_lines(folder: Path, *words: str) -> list[str]:
    return [name for name in (_git(folder, *words, names=True) or "").split("\0") if name]


def _git(folder: Path, *words: str, names: bool = False) -> str | None:
    """Give what git says, `None` where it refuses or is not there."""
    order = [words[0], *(("--name-only", "-z") if names else ()), *words[1:]]
    try:
        answer = subprocess.run(
            ["git", "-C", str(folder), *order], capture_output=True, text=True, check=True
        )
    except (FileNotFoundError, subprocess.CalledProcessError):
        return None
    return answer.stdout
