"""Numbers of identity documents: does the number fit its kind. Never logged, never repeated.

Here and not in a core: `python-stdnum` reads its table of divisions from a file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Final, Literal

from stdnum.cn import ric, uscc
from stdnum.exceptions import InvalidChecksum, InvalidComponent, InvalidLength, ValidationError

from schemas.values import DocumentKind
from services.runtime.problems import FieldError, Problem
from services.runtime.wording import Wording

Kind = Literal["person", "legal_person"]
CODE: Final = "intake.identity_invalid"
_ELSEWHERE: Final = re.compile(r"8[123]0000[0-9]{11}[0-9X]", re.ASCII)
"""Residence permit of people from Hong Kong (81), Macao (82) and Taiwan (83)."""
_FORMS: Final[dict[str, tuple[re.Pattern[str], Wording]]] = {
    "hk_macao_permit": (
        re.compile(r"[HM]([0-9]{8}|[0-9]{10})", re.ASCII),
        Wording(
            "应为 H 或 M 加 8 位（旧证 10 位）数字", "must be H or M with 8 digits, 10 on old ones"
        ),
    ),
    "taiwan_permit": (
        re.compile(r"[0-9]{8}", re.ASCII),
        Wording("应为 8 位数字", "must be 8 digits"),
    ),
    "permanent_residence": (
        re.compile(r"9[0-9]{16}[0-9X]|[A-Z]{3}[0-9]{12}", re.ASCII),
        Wording(
            "应为 9 开头的 18 位，旧证为 3 个字母加 12 位数字",
            "must have 18 characters beginning with 9, or 3 letters and 12 digits on old ones",
        ),
    ),
    "passport": (
        re.compile(r"[A-Z0-9]{5,15}", re.ASCII),
        Wording("应为 5 至 15 位字母和数字", "must be 5 to 15 letters and digits"),
    ),
}
_OLD: Final = re.compile(r"[0-9]{15}", re.ASCII)


def checked_number(
    number: str, kind: Kind, document: DocumentKind | None, today: date, place: str
) -> tuple[str, DocumentKind]:
    """Give the number as it is kept, and which document it is of.

    Without `document` a body's is its credit code, a person's the identity card. A number of
    15 digits (first-generation card) is not taken: those cards ended on 2013-01-01, and every
    holder has one of 18 (居民身份证法 art. 23). `place` is the applicant's field in the body.

    Raises:
        Problem: 422 `intake.identity_invalid`; says what to do, never the number.
    """
    written = re.sub(r"[\s-]", "", number).upper()
    wanted = document or ("credit_code" if kind == "legal_person" else "resident_id")
    if (wanted == "credit_code") != (kind == "legal_person"):
        raise _wrong(place, "kind", _KIND)
    if wanted == "credit_code":
        _checked(uscc.validate, written, place, _CREDIT)
    elif wanted in _FORMS:
        form, told = _FORMS[wanted]
        if form.fullmatch(written) is None:
            raise _wrong(place, "form", told)
    else:
        _require_resident(written, wanted, today, place)
    return written, wanted


def _require_resident(written: str, wanted: DocumentKind, today: date, place: str) -> None:
    if _OLD.fullmatch(written):
        raise _wrong(place, "old", _FIFTEEN)
    if wanted == "hk_macao_taiwan_residence":
        if _ELSEWHERE.fullmatch(written) is None:
            raise _wrong(place, "form", _RESIDENCE)
        if written[-1] != ric.calc_check_digit(written):
            raise _wrong(place, "checksum", _CHECK)
    else:
        _checked(ric.validate, written, place, _RESIDENT)
    try:
        born = ric.get_birth_date(written)
    except InvalidComponent:
        raise _wrong(place, "component", _PARTS) from None
    if born > today:
        raise _wrong(place, "component", _BORN)


def _checked(validate: Callable[[str], str], written: str, place: str, form: Wording) -> None:
    try:
        validate(written)
    except InvalidChecksum:
        raise _wrong(place, "checksum", _CHECK) from None
    except InvalidComponent:
        raise _wrong(place, "component", _PARTS) from None
    except InvalidLength:
        raise _wrong(place, "length", _LENGTH) from None
    except ValidationError:
        raise _wrong(place, "form", form) from None


def _wrong(place: str, what: str, told: Wording) -> Problem:
    # `from None` above: the text of stdnum's errors may quote what was typed.
    error = FieldError(
        "body", f"{place}.id_number" if place else "id_number", f"identity_{what}", told
    )
    return Problem(CODE, 422, title=_TITLE, detail=told, errors=(error,))


_TITLE: Final = Wording("证件号码有误", "The number of the document is not right")
_LENGTH: Final = Wording("应为 18 位，请核对位数", "must have 18 characters; count them")
_RESIDENT: Final = Wording(
    "前 17 位应为数字，末位为数字或 X", "must be 17 digits and a digit or X at the end"
)
_CREDIT: Final = Wording(
    "应为 18 位：前 8 位数字，其余为数字或大写字母（不含 I、O、S、V、Z）",
    "must be 8 digits, then digits and capitals without I, O, S, V, Z",
)
_CHECK: Final = Wording(
    "第 18 位（校验位）与前 17 位不符，有一位录错，请对照证件逐位核对",
    "the 18th character does not fit the 17 before it: compare each with the document",
)
_PARTS: Final = Wording(
    "第 1 至 6 位（地区）或第 7 至 14 位（出生日期）有误，请对照证件核对",
    "characters 1 to 6 (place) or 7 to 14 (date of birth) are wrong: compare with the document",
)
_BORN: Final = Wording(
    "第 7 至 14 位（出生日期）晚于今天，请对照证件核对",
    "characters 7 to 14 (date of birth) lie in the future: compare with the document",
)
_FIFTEEN: Final = Wording(
    "15 位号码的一代证已于 2013 年 1 月 1 日停用，请用二代证上的 18 位号码",
    "cards with 15 digits ended on 2013-01-01: take the 18 of the present card",
)
_RESIDENCE: Final = Wording(
    "港澳台居民居住证应为 18 位，以 810000、820000 或 830000 开头",
    "a residence permit has 18 characters beginning with 810000, 820000 or 830000",
)
_KIND: Final = Wording(
    "个人请用个人证件，法人或其他组织请用统一社会信用代码",
    "a person has a personal document, a body its unified social credit code",
)
