"""`cunban reference`: a county's items, organisations, officers and calendars."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from schemas.facts import Account, Organisation
from services.cli.topics import Bootstrap, PortBase, kafka_settings
from services.kernel.calendar import local
from services.kernel.reference_book import Fact, UnreadableFact, decode_fact, fact_key, kind_of
from services.runtime.clock import now
from services.runtime.reference_files import (
    CountyFiles,
    Finding,
    check_county,
    demo_hash,
    read_county,
)
from services.runtime.reference_topic import (
    Publication,
    ReferenceUnavailable,
    compare,
    publish,
    read_facts,
)

app = typer.Typer(no_args_is_help=True, help="事项、机构、人员、日历 Reference data of a county.")

_COUNTY = Path("deploy", "county")

Folder = Annotated[
    Path | None,
    typer.Argument(
        metavar="DIR",
        show_default=False,
        help="资料目录，默认向上找 deploy/county; by default found from here upwards.",
    ),
]
Demo = Annotated[
    bool, typer.Option("--demo", help="启用演示账号，否则停用 with demo accounts, else retired.")
]


@app.command()
def check(folder: Folder = None) -> None:
    """检查资料，逐条列出文件和行号 Check the files; each fault with file, line and cure. Exit 1."""
    county = _checked(folder)
    demo = len(county.demo_logins)
    typer.echo(f"{county.folder}：{len(county.facts)} 条资料无误，演示账号 {demo} 个。", nl=False)
    typer.echo(f" {len(county.facts)} facts are good, {demo} demo accounts.")


@app.command()
def plan(
    folder: Folder = None,
    demo: Demo = False,
    bootstrap: Bootstrap = None,
    port_base: PortBase = None,
) -> None:
    """列出将要发布的变更 Show what `apply` would publish; exit 1 where it would refuse."""
    address = kafka_settings(bootstrap, port_base).bootstrap
    _planned(_checked(folder), demo, address)


@app.command()
def apply(
    folder: Folder = None,
    demo: Demo = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="不再询问 do not ask.")] = False,
    bootstrap: Bootstrap = None,
    port_base: PortBase = None,
) -> None:
    """发布资料，只发布变更 Publish the county's facts: differences only, a repeat does nothing."""
    address = kafka_settings(bootstrap, port_base).bootstrap
    publication = _planned(_checked(folder), demo, address)
    if publication.empty:
        return
    if not yes and not typer.confirm("发布以上变更？Publish these changes?"):
        raise typer.Exit(1)
    try:
        asyncio.run(publish(address, publication))
    except ReferenceUnavailable as fault:
        raise _ended(str(fault)) from None
    typer.echo("已发布。Published.")


def find_county(start: Path) -> Path | None:
    """Give `deploy/county` of `start` or the nearest folder above it, else of this checkout."""
    above = (start, *start.parents, Path(__file__).resolve().parents[2])
    return next((d / _COUNTY for d in above if (d / _COUNTY).is_dir()), None)


def _checked(folder: Path | None) -> CountyFiles:
    """Read and check; shows what is wrong and ends the command where it blocks."""
    found = folder or find_county(Path.cwd())
    if found is None or not found.is_dir():
        raise _ended(f"没有资料目录，请写明 DIR。No folder {found or _COUNTY}: name it as DIR.")
    county = read_county(found)
    today = local(now()).date()
    findings = check_county(county, today.year, today)
    _complain(findings)
    if any(finding.blocking for finding in findings):
        raise typer.Exit(1)
    return county


def _complain(findings: Iterable[Finding]) -> None:
    for finding in findings:
        note = "" if finding.blocking else "（提示 note）"
        typer.echo(f"{finding}{note}", err=True)


def _planned(county: CountyFiles, demo: bool, address: str) -> Publication:
    """Compare with the topic and show it; ends the command where it may not be published."""
    try:
        current = asyncio.run(read_facts(address))
    except ReferenceUnavailable as fault:
        raise _ended(str(fault)) from None
    wanted = _wanted(county, demo, current)
    publication = compare(current, wanted)
    _show(publication)
    if publication.altered:
        raise _ended(
            "已发布的版本不可改内容：提高 version，并设新的施行日或发布日。"
            "Published versions never change: raise the version."
        )
    return publication


def _wanted(county: CountyFiles, demo: bool, current: dict[str, bytes]) -> Sequence[Fact]:
    if not demo:
        return county.facts
    return county.with_demo_accounts(demo_hash(_accounts(current)))


def _accounts(current: dict[str, bytes]) -> list[Account]:
    found = []
    for key, value in current.items():
        if kind_of(key) == "account":
            try:
                fact = decode_fact(key, value)
            except UnreadableFact:
                continue
            if isinstance(fact, Account):
                found.append(fact)
    return found


def _show(publication: Publication) -> None:
    signs = (
        ("+", "新增 added", map(fact_key, publication.added)),
        ("~", "变更 changed", map(fact_key, publication.changed)),
        ("-", "停用 retired", publication.retired),
        ("=", "不在目录中但保留，未结办件仍要用 kept for open cases", publication.kept),
        ("!", "不可更改 may not change", publication.altered),
    )
    for sign, title, keys in signs:
        for key in keys:
            typer.echo(f"{sign} {key}  {title}")
    for fact in (*publication.added, *publication.changed):
        if isinstance(fact, Organisation) and fact.closed_on is not None:
            typer.echo(f"× {fact.path}  自 {fact.closed_on} 起撤销，在办环节转 ", nl=False)
            typer.echo(f"abolished, its open steps go to {fact.successor}")
    if publication.empty and not publication.altered:
        typer.echo("资料一致，无需发布。Nothing to publish.")


def _ended(message: str) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(1)
