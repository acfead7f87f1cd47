"""What the services say to the pages: recorded of the running county, and written down."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ANSWERS: dict[str, Any] = json.loads((Path(__file__).parent / "answers.json").read_text("utf-8"))
CASE = ANSWERS["case"]["case"]
STEP = {
    "case_id": CASE["case_id"],
    "step_id": f"{CASE['case_id']}.1",
    "status": "waiting",
    "version": 1,
    "organisation": "/qingyun/t-heping",
    "duty": "decide",
    "due_at": "2026-11-23T02:30:00.000Z",
    "claimed_by": None,
}
RESULTS = {
    "items": [
        {
            "case_id": CASE["case_id"],
            "step_id": STEP["step_id"],
            "organisation": "/qingyun/t-heping",
            "accepted_by": "/qingyun/t-heping",
            "case_number": CASE["case_number"],
            "item": "felling-permit",
            "item_name": "林木采伐许可",
            "due_at": "2026-11-20T09:30:00.000Z",
            "document_number": number,
            "issued_at": None,
            "ready_at": ready_at,
            "told_at": told_at,
            "overdue": number == "",
        }
        for number, ready_at, told_at in (
            ("", "", None),
            ("D1", "", None),
            ("D1", "/qingyun/t-heping", None),
            ("D1", "/qingyun/t-heping", "2026-11-19T09:30:00.000Z"),
        )
    ],
    "next": "abc",
    "as_of": ANSWERS["case"]["as_of"],
    "lag_seconds": 0.2,
}
APPLICATION = {"case_id": CASE["case_id"], "status": "accepted", "version": 2}
PUBLIC = {
    "case_number": CASE["case_number"],
    "item_name": CASE["item_name"],
    "status": "completed",
    "outcome": "approved",
    "submitted_at": CASE["submitted_at"],
    "accepted_at": CASE["accepted_at"],
    "completed_at": CASE["completed_at"],
    "promised_due_at": CASE["promised_due_at"],
    "provisional": False,
    "steps": [],
    "as_of": ANSWERS["case"]["as_of"],
    "lag_seconds": 0.2,
}
TOPIC = {
    "code": "having-a-child",
    "name": "新生儿出生一件事",
    "name_en": "Having a child",
    "guide": "出生证明只交一次。",
    "channels": ["village", "township"],
    "items": [
        {
            "code": code,
            "name": name,
            "kind": "commitment",
            "promised": {"limit": 3, "unit": "working_days"},
            "legal": {"limit": 20, "unit": "working_days"},
        }
        for code, name in (("birth-household", "出生户口登记"), ("childcare-subsidy", "育儿补贴"))
    ],
    "materials": [
        {
            "code": "birth-certificate",
            "name": "出生医学证明",
            "form": "original",
            "count": 1,
            "required": True,
            "when": [],
            "checks": ["编号可核验"],
            "asked_by": ["birth-household", "childcare-subsidy"],
        },
        {
            "code": "marriage-certificate",
            "name": "结婚证",
            "form": "copy",
            "count": 1,
            "required": False,
            "when": ["已婚的"],
            "checks": [],
            "asked_by": ["birth-household"],
        },
    ],
}
