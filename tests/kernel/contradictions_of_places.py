"""What contradicts itself in organisations, officers, accounts and calendars."""

from __future__ import annotations

from services.kernel.calendar import YearFile
from services.kernel.reference_book import fact_key
from tests.kernel.changed_county import (
    FELLING,
    VILLAGE,
    Case,
    changed,
    third_version,
    without,
    without_posts,
)

CHIEF = {"organisation": "/qingyun/d-land", "role": "chief_representative"}
BACKWARDS = {"number": "授1", "valid_from": "2026-03-01", "valid_until": "2026-02-28"}

PLACES: list[Case] = [
    (
        "a village without a clerk",
        without_posts("village_clerk", "/qingyun/t-heping/v-dongping"),
        VILLAGE,
        (),
        "village_clerk",
    ),
    (
        "a department without a reviewer",
        without_posts("department_reviewer", "/qingyun/d-agri"),
        "organisation/qingyun/d-agri/1",
        (),
        "department_reviewer",
    ),
    (
        "a supervision office without an inspector",
        without_posts("inspector", "/qingyun"),
        "organisation/qingyun/s-supervision/1",
        (),
        "inspector",
    ),
    (
        "a village with the division code of another township",
        changed(VILLAGE, division="422899200209"),
        VILLAGE,
        ("division",),
        "422899200209",
    ),
    (
        "a village with the code of its township",
        changed(VILLAGE, division="422899100000"),
        VILLAGE,
        ("division",),
        "422899100000",
    ),
    (
        "a township with a village's code",
        changed("organisation/qingyun/t-heping/1", division="422899100201"),
        "organisation/qingyun/t-heping/1",
        ("division",),
        "422899100201",
    ),
    (
        "a department with a code of its own",
        changed("organisation/qingyun/d-land/1", division="422899100000"),
        "organisation/qingyun/d-land/1",
        ("division",),
        "422899100000",
    ),
    (
        "two villages with one code",
        changed(VILLAGE, division="422899100202"),
        VILLAGE,
        ("division",),
        "422899100202",
    ),
    (
        "a village that lies below a department",
        changed(VILLAGE, path="/qingyun/d-land/v-dongping"),
        "organisation/qingyun/d-land/v-dongping/1",
        ("path",),
        "township",
    ),
    (
        "a village whose township is not there",
        without("organisation/qingyun/t-heping/1"),
        VILLAGE,
        ("path",),
        "township",
    ),
    (
        "an office that closes before it opens",
        changed(VILLAGE, office_hours=[{"opens": "12:00", "closes": "08:30"}]),
        VILLAGE,
        ("office_hours",),
        "12:00",
    ),
    (
        "shifts that overlap",
        changed(
            VILLAGE,
            office_hours=[
                {"opens": "08:30", "closes": "14:00"},
                {"opens": "13:00", "closes": "17:30"},
            ],
        ),
        VILLAGE,
        ("office_hours",),
        "13:00",
    ),
    (
        "an officer by the name of the system itself",
        changed("officer/o-003/1", officer_id="system"),
        "officer/system/1",
        ("officer_id",),
        "system",
    ),
    (
        "a warrant that ends before it begins",
        changed("officer/o-019/1", posts=[{**CHIEF, "warrant": BACKWARDS}]),
        "officer/o-019/1",
        ("posts", 0, "warrant"),
        "授1",
    ),
    (
        "an officer of nowhere",
        changed("officer/o-003/1", organisation="/qingyun/t-heping/v-nowhere"),
        "officer/o-003/1",
        ("organisation",),
        "v-nowhere",
    ),
    (
        "a post at nowhere",
        changed("officer/o-040/1", posts=[{"organisation": "/qingyun/d-moon", "role": "operator"}]),
        "officer/o-040/1",
        ("posts", 0),
        "/qingyun/d-moon",
    ),
    (
        "a stand-in who works elsewhere",
        changed("officer/o-010/1", stand_in="o-013"),
        "officer/o-010/1",
        ("stand_in",),
        "o-013",
    ),
    (
        "somebody who stands in for themselves",
        changed("officer/o-010/1", stand_in="o-010"),
        "officer/o-010/1",
        ("stand_in",),
        "o-010",
    ),
    (
        "a stand-in whom nobody knows",
        changed("officer/o-010/1", stand_in="o-9999"),
        "officer/o-010/1",
        ("stand_in",),
        "o-9999",
    ),
    (
        "an account without its officer",
        without("officer/o-040/1"),
        "account/operator/1",
        ("officer_id",),
        "o-040",
    ),
    (
        "a password written where its hash belongs",
        changed("account/operator/1", password_hash="secret"),
        "account/operator/1",
        ("password_hash",),
        "Argon2id",
    ),
    ("a fact given twice", lambda facts: [*facts, facts[0]], "organisation/qingyun/1", (), "2"),
    (
        "a later version valid no later",
        lambda facts: [*facts, *(third_version(f) for f in facts if fact_key(f) == FELLING)],
        "item/felling-permit/3",
        ("valid_from",),
        "2",
    ),
    ("a year between is missing", without("calendar/2025/1"), "calendar", (), "2025"),
    (
        "no calendar at all",
        lambda facts: [f for f in facts if not isinstance(f, YearFile)],
        "calendar",
        (),
        "日历",
    ),
]
