"""A county's reference data as YAML files: read, and each fault said with file and line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar

import yaml
from argon2.exceptions import InvalidHashError, VerificationError
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from schemas.credit_facts import CreditRule
from schemas.facts import Account, Item, NegativeList, Officer, Organisation, Topic
from schemas.values import OfficerId
from schemas.window_facts import WindowSchedule
from services.kernel.calendar import YearFile
from services.kernel.catalogue_check import check_catalogue
from services.kernel.reference_book import Fact, fact_key
from services.runtime.passwords import hasher
from services.runtime.wording import reason
from services.runtime.yaml_sheets import Sheet, Way, child, parse, repeated_keys

DEMO_PASSWORD: Final = "cunban-demo"  # of an account that works only with `--demo`
_UNHASHED: Final = "$argon2id$"
_SingleFact: TypeAlias = Item | Topic | NegativeList | YearFile
"""One version a file."""
_Listed: TypeAlias = type[Organisation | Officer | WindowSchedule | CreditRule]
_LISTS: Final[tuple[tuple[str, _Listed], ...]] = (
    ("windows", WindowSchedule),
    ("credit-rules", CreditRule),
)
"""Files with a list of that name, and `defaults` for what a row leaves out; they may be absent."""
ModelT = TypeVar("ModelT", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong in the files."""

    file: Path
    line: int
    what: str
    cure: str
    blocking: bool = True

    def __str__(self) -> str:
        """Give `file:line: what — cure`."""
        return f"{self.file}:{self.line}: {self.what} — {self.cure}"


class DemoLogin(BaseModel):
    """A line of `demo-accounts.yaml`; the hash is made when the file is applied."""

    model_config = ConfigDict(frozen=True)

    login: str
    officer_id: OfficerId


@dataclass(slots=True)
class CountyFiles:
    """What a county's folder holds. Where `findings` has a blocking one, facts are missing."""

    folder: Path
    facts: list[Fact] = field(default_factory=list)
    """All but the demo accounts."""
    demo_logins: list[DemoLogin] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    places: dict[str, list[tuple[Sheet, Way]]] = field(default_factory=dict)
    """Key of a fact → where it stands."""

    def with_demo_accounts(self, password_hash: str) -> list[Fact]:
        """Give the facts and the demo accounts, one hash for all of them."""
        return [
            *self.facts,
            *(
                Account(
                    login=demo.login,
                    officer_id=demo.officer_id,
                    password_hash=password_hash,
                    demo=True,
                )
                for demo in self.demo_logins
            ),
        ]


def read_county(folder: Path) -> CountyFiles:
    """Read a county's folder: `organisations.yaml`, `officers.yaml`, `items/*.yaml`,
    `calendar/*.yaml`, and where they are there `topics/*.yaml`, `negative-lists/*.yaml`,
    `windows.yaml`, `credit-rules.yaml`, `accounts.yaml` and `demo-accounts.yaml`.

    Never raises for what the files say: see `findings`.
    """
    county = CountyFiles(folder)
    if sheet := _read(county, folder / "organisations.yaml"):
        hours = sheet.content.get("office_hours")
        given = {"office_hours": hours} if hours is not None else {}
        _read_rows(county, sheet, "organisations", Organisation, given)
    if sheet := _read(county, folder / "officers.yaml"):
        _read_rows(county, sheet, "officers", Officer, {})
    for name, model in _LISTS:
        path = folder / f"{name}.yaml"
        if path.exists() and (sheet := _read(county, path)):
            given = sheet.content.get("defaults")
            _read_rows(county, sheet, name, model, given if isinstance(given, dict) else {})
    _read_accounts(county)
    _read_single_facts(county, folder / "calendar", YearFile)
    _read_single_facts(county, folder / "items", Item)
    _read_single_facts(county, folder / "topics", Topic)
    _read_single_facts(county, folder / "negative-lists", NegativeList)
    return county


def check_county(
    county: CountyFiles, year: int | None = None, today: date | None = None
) -> list[Finding]:
    """Give all that is wrong, by file and line: in the files, and among the facts.

    `year`, `today` as for `check_catalogue`. Where some facts are missing nothing is compared.
    """
    found = list(county.findings)
    if not found:
        for wrong in check_catalogue(county.with_demo_accounts(_UNHASHED), year, today):
            sheet, way = county.places.get(wrong.where, [(None, ())])[-1]
            file = sheet.path if sheet else county.folder / wrong.where
            line = sheet.line((*way, *wrong.field)) if sheet else 1
            found.append(Finding(file, line, wrong.what, wrong.cure, wrong.blocking))
    return sorted(found, key=lambda finding: (str(finding.file), finding.line))


def demo_hash(current: Sequence[Account]) -> str:
    """Give a hash of the demo password: the one that demo accounts have already, if it holds.

    A new one each time would be a change each time.
    """
    argon2 = hasher()
    for known in sorted({a.password_hash for a in current if a.demo}):
        try:
            if argon2.verify(known, DEMO_PASSWORD) and not argon2.check_needs_rehash(known):
                return known
        except (VerificationError, InvalidHashError):
            continue
    return argon2.hash(DEMO_PASSWORD)


def _read_accounts(county: CountyFiles) -> None:
    own, demo = county.folder / "accounts.yaml", county.folder / "demo-accounts.yaml"
    if own.exists() and (sheet := _read(county, own)):
        for way, row in _rows(county, sheet, "accounts"):
            account = _valid(county, sheet, way, Account, {"demo": False, **row})
            _take(county, sheet, way, account)
    if demo.exists() and (sheet := _read(county, demo)):
        for way, row in _rows(county, sheet, "accounts"):
            login = _valid(county, sheet, way, DemoLogin, row)
            filled = {"password_hash": _UNHASHED, "demo": True, **row}
            if login and (account := _valid(county, sheet, way, Account, filled)):
                county.demo_logins.append(login)
                county.places.setdefault(fact_key(account), []).append((sheet, way))


def _read_rows(
    county: CountyFiles, sheet: Sheet, key: str, model: _Listed, given: dict[str, Any]
) -> None:
    """Read a list; what a row leaves out is `given`."""
    for way, row in _rows(county, sheet, key):
        _take(county, sheet, way, _valid(county, sheet, way, model, {**given, **row}))


def _read_single_facts(county: CountyFiles, folder: Path, model: type[_SingleFact]) -> None:
    for path in sorted(folder.glob("*.yaml")):
        if sheet := _read(county, path):
            _take(county, sheet, (), _valid(county, sheet, (), model, sheet.content))


def _take(county: CountyFiles, sheet: Sheet, way: Way, fact: Fact | None) -> None:
    if fact is not None:
        county.facts.append(fact)
        county.places.setdefault(fact_key(fact), []).append((sheet, way))


def _read(county: CountyFiles, path: Path) -> Sheet | None:
    """Give the file if it is a YAML mapping; otherwise leave a finding."""
    try:
        sheet = parse(path)
    except FileNotFoundError:
        county.findings.append(Finding(path, 1, "缺少文件 no such file", "补上该文件 add the file"))
        return None
    except (OSError, UnicodeDecodeError) as fault:
        what, cure = f"无法读取 cannot be read: {fault}", "存为 UTF-8 文本 save it as UTF-8 text"
        county.findings.append(Finding(path, 1, what, cure))
        return None
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        what = f"不是有效的 YAML not valid YAML: {getattr(fault, 'problem', fault)}"
        line = mark.line + 1 if mark else 1
        county.findings.append(Finding(path, line, what, "改正该行 mend the line"))
        return None
    for line, key in repeated_keys(sheet.node):
        what = f"字段重复 field given twice: {key}"
        county.findings.append(Finding(path, line, what, "只保留一处 keep one of them"))
    if not isinstance(sheet.content, dict):
        what, cure = "应为“字段: 值” must be a mapping", "参照 see docs/reference-data.md"
        county.findings.append(Finding(path, 1, what, cure))
        return None
    return sheet


def _rows(county: CountyFiles, sheet: Sheet, key: str) -> Iterator[tuple[Way, dict[str, Any]]]:
    rows = sheet.content.get(key)
    if not isinstance(rows, list):
        what, cure = f"缺少列表 lacks the list {key}", "参照 see docs/reference-data.md"
        county.findings.append(Finding(sheet.path, 1, what, cure))
        return
    for place, row in enumerate(rows):
        if isinstance(row, dict):
            yield (key, place), row
        else:
            what, cure = "应为“字段: 值” must be a mapping", "参照 see docs/reference-data.md"
            county.findings.append(Finding(sheet.path, sheet.line((key, place)), what, cure))


def _valid(
    county: CountyFiles, sheet: Sheet, way: Way, model: type[ModelT], content: dict[str, Any]
) -> ModelT | None:
    try:
        # Facts on the topic pass over unknown fields; in a file they are slips of the pen.
        return model.model_validate(content, extra="forbid")
    except ValidationError as invalid:
        errors = invalid.errors(include_url=False)
        for error in errors:
            if error["type"] == "too_short" and _follows(error["loc"], errors):
                continue
            line = sheet.line((*way, *error["loc"]))
            what = f"{_name(sheet, way, error)}：{_told(error)}"
            county.findings.append(Finding(sheet.path, line, what, "改正该字段 mend the field"))
        return None


def _follows(loc: Way, errors: Sequence[ErrorDetails]) -> bool:
    """pydantic calls a list too short, too, where its entries are there but wrong."""
    return any(e["loc"][: len(loc)] == loc and len(e["loc"]) > len(loc) for e in errors)


def _name(sheet: Sheet, way: Way, error: ErrorDetails) -> str:
    """Name the field as the file has it; pydantic adds which branch of a union it tried."""
    loc, node = error["loc"], sheet.node
    for part in way:
        node = child(node, part)
    depth = 0
    while depth < len(loc) and (node := child(node, loc[depth])) is not None:
        depth += 1
    absent = 1 if error["type"] == "missing" else 0
    return ".".join(map(str, loc[: depth + absent])) or "整体 the whole"


def _told(error: ErrorDetails) -> str:
    context = error.get("ctx", {})
    if "error" in context:
        return str(context["error"])
    said = reason(error["type"], context)
    return f"{said.zh} {said.en}"
