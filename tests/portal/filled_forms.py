"""For each described act: a step that offers it, what is filled in, and the body that goes out."""

from __future__ import annotations

from typing import Any, Final

from tests.portal.steps import ASKED, CLOSED, ISSUED, LAND, MINE, OWED, PAID, PARCEL, WATER, step

PLANNED: Final = {"surveys": [{"survey": "siting", "result": "planned"}]}
CONVENED: Final = {"consulted": [{**ASKED, "by": "meeting", "opinion": None}]}
SENT: Final[list[tuple[str, dict[str, Any], dict[str, str], dict[str, Any]]]] = [
    (
        "request-opinion",
        MINE,
        {"asked": WATER, "question": "是否影响行洪", "days": "3"},
        {"asked": WATER, "question": "是否影响行洪", "days": 3},
    ),
    (
        "schedule-survey",
        MINE,
        {
            "survey": "siting",
            "planned_at": "2026-03-10T09:30",
            "until": "2026-03-10T11:30",
            "participants.o-018": "1",
            "participants.o-017": "1",
        },
        {
            "survey": "siting",
            "planned_at": "2026-03-10T09:30:00+08:00",
            "until": "2026-03-10T11:30:00+08:00",
            "participants": ["o-017", "o-018"],
        },
    ),
    (
        "record-survey",
        {**MINE, **PLANNED},
        {
            "survey": "siting",
            "held_at": "2026-03-09T08:00",
            "participants.o-018": "1",
            "result": "passed",
            "findings": "四至相符",
            "pictures.cd": "东面.jpg",
            "pictures.ab": "西面.jpg",
        },
        {
            "survey": "siting",
            "held_at": "2026-03-09T08:00:00+08:00",
            "participants": ["o-018"],
            "result": "passed",
            "findings": "四至相符",
            "pictures": ["ab", "cd"],
        },
    ),
    (
        "convene",
        MINE,
        {"planned_at": "2026-03-10T09:30", f"departments.{WATER}": "1", "subject": "会商"},
        {"planned_at": "2026-03-10T09:30:00+08:00", "departments": [WATER], "subject": "会商"},
    ),
    (
        "record-meeting",
        {**MINE, **CONVENED},
        {
            "held_at": "2026-03-09T08:00",
            f"opinion.{WATER}": "disagreed",
            f"reasons.{WATER}": "影响行洪",
            "minutes": "未达成一致",
        },
        {
            "held_at": "2026-03-09T08:00:00+08:00",
            "opinions": [{"organisation": WATER, "opinion": "disagreed", "reasons": "影响行洪"}],
            "minutes": "未达成一致",
        },
    ),
    (
        "stop-clock",
        MINE,
        {"procedure": "testing", "announced_days": "5", "notice_number": "告〔2026〕1号"},
        {"procedure": "testing", "announced_days": 5, "notice_number": "告〔2026〕1号"},
    ),
    (
        "resume-clock",
        {**MINE, "stopped_for": "testing", "runs_again_at": "2999-01-01T00:00:00.000Z"},
        {"result": "合格"},
        {"result": "合格"},
    ),
    (
        "extend",
        step("waiting"),
        {"days": "5", "reasons": "须核实"},
        {"days": 5, "reasons": "须核实"},
    ),
    (
        "assess-fee",
        MINE,
        {"quantity.book": "1", "quantity.map": ""},
        {"charges": [{"fee": "book", "quantity": 1}]},
    ),
    (
        "record-payment",
        {**CLOSED, **OWED},
        {"amount_fen": "111.00", "receipt_number": "豫财1", "paid_at": "2026-03-09T08:00"},
        {"amount_fen": 11100, "receipt_number": "豫财1", "paid_at": "2026-03-09T08:00:00+08:00"},
    ),
    (
        "waive-fee",
        {**CLOSED, **OWED},
        {"basis": "低保户免收", "reasons": "申请人为低保户"},
        {"basis": "低保户免收", "reasons": "申请人为低保户"},
    ),
    (
        "issue",
        {**CLOSED, **PAID},
        {"seals.closing": "1", "seals.approval": "1", "put_on_by": "o-017"},
        {"seals": ["approval", "closing"], "put_on_by": "o-017"},
    ),
    ("issue", {**CLOSED, **PAID}, {}, {}),
    (
        "record-delivery",
        {**CLOSED, **PAID, **ISSUED},
        {
            "delivery": "village",
            "delivered_at": "2026-03-09T08:00",
            "received_by": "agent",
            "identity_checked": "1",
            "mandate": "委1",
        },
        {
            "delivery": "village",
            "delivered_at": "2026-03-09T08:00:00+08:00",
            "received_by": "agent",
            "identity_checked": True,
            "mandate": "委1",
        },
    ),
    (
        "dispatch",
        {**CLOSED, **ISSUED},
        {"by": "courier", "carrier": "邮政EMS", "tracking_number": "EM1CN"}
        | {"handed_at": "2026-03-09T08:00"},
        {"by": "courier", "carrier": "邮政EMS", "tracking_number": "EM1CN"}
        | {"handed_at": "2026-03-09T08:00:00+08:00"},
    ),
    (
        "record-undelivered",
        {**CLOSED, **ISSUED, "parcel": PARCEL},
        {"tracking_number": "EM1CN", "how": "lost", "reasons": "查找无果"}
        | {"found_at": "2026-03-09T08:00"},
        {"tracking_number": "EM1CN", "how": "lost", "reasons": "查找无果"}
        | {"found_at": "2026-03-09T08:00:00+08:00"},
    ),
    ("reissue", {**CLOSED, **ISSUED, "parcel": {**PARCEL, "lost": True}}, {}, {}),
    ("mark-ready", {**CLOSED, **ISSUED}, {}, {}),
    (
        "notify-ready",
        {**CLOSED, **ISSUED, "ready_place": LAND},
        {"way": "phone", "told_at": "2026-03-09T08:00"},
        {"way": "phone", "told_at": "2026-03-09T08:00:00+08:00"},
    ),
    (
        "revoke",
        {**CLOSED, **ISSUED},
        {"how": "revoked", "grounds": "欺骗", "basis": "第六十九条", "notice_number": "撤1"},
        {"how": "revoked", "grounds": "欺骗", "basis": "第六十九条", "notice_number": "撤1"},
    ),
    (
        "correct",
        {**CLOSED, **ISSUED},
        {"what": "name", "old": "批准书", "new": "许可证", "reasons": "笔误"},
        {"what": "name", "old": "批准书", "new": "许可证", "reasons": "笔误"},
    ),
]
