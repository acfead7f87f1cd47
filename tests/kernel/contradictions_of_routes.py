"""What contradicts itself in the terms, steps and channels of an item."""

from __future__ import annotations

from tests.kernel.changed_county import (
    ALLOWANCE,
    DAYS,
    FELLING,
    HOUSE,
    LEASE,
    MINUTES,
    PLANNING,
    Case,
    changed,
    step,
    without_posts,
)

ROUTES: list[Case] = [
    (
        "the promise is longer than the law allows",
        changed(FELLING, legal={"limit": 7, "unit": "working_days"}),
        FELLING,
        ("promised", "limit"),
        "法定期限",
    ),
    (
        "a promise in minutes beside a limit in days",
        changed(FELLING, promised=MINUTES),
        FELLING,
        ("promised", "unit"),
        "working_days",
    ),
    (
        "an instant item timed in days",
        changed(LEASE, legal=DAYS),
        LEASE,
        ("legal", "unit"),
        "working_minutes",
    ),
    (
        "a step timed in minutes in an item of days",
        step(FELLING, 0, limit=MINUTES),
        FELLING,
        ("steps", 0, "limit"),
        "working_days",
    ),
    (
        "steps that take longer than the promise",
        step(FELLING, 1, limit=DAYS),
        FELLING,
        ("steps",),
        "11",
    ),
    ("a stage is left out", step(HOUSE, 3, stage=3), HOUSE, ("steps",), "阶段"),
    ("nobody decides", step(FELLING, 1, duty="forward"), FELLING, ("steps",), "决定环节"),
    ("two decide", step(FELLING, 0, duty="decide"), FELLING, ("steps",), "决定环节"),
    ("the deciding step is not last", step(HOUSE, 3, stage=1), HOUSE, ("steps",), "决定环节"),
    (
        "a step at a department that does not exist",
        step(FELLING, 1, at="/qingyun/d-forest"),
        FELLING,
        ("steps", 1, "at"),
        "/qingyun/d-forest",
    ),
    (
        "an item of a department that does not exist",
        changed(FELLING, department="/qingyun/d-forest"),
        FELLING,
        ("department",),
        "/qingyun/d-forest",
    ),
    (
        "a step for somebody who decides nothing",
        step(FELLING, 1, role="inspector"),
        FELLING,
        ("steps", 1, "role"),
        "inspector",
    ),
    (
        "nobody at the department may close the step",
        without_posts("chief_representative", "/qingyun/d-land"),
        FELLING,
        ("steps", 1, "role"),
        "chief_representative",
    ),
    (
        "nobody in one of the townships may close the step",
        without_posts("township_approver", "/qingyun/t-yunfeng"),
        PLANNING,
        ("steps", 0, "role"),
        "/qingyun/t-yunfeng",
    ),
    (
        "a joint item that hears one department only",
        changed(
            HOUSE,
            steps=[
                {
                    "stage": stage,
                    "title": "意见",
                    "at": at,
                    "duty": duty,
                    "role": role,
                    "limit": DAYS,
                }
                for stage, at, duty, role in (
                    (1, "/qingyun/d-agri", "opinion", "department_reviewer"),
                    (2, "/qingyun/d-land", "decide", "joint_convener"),
                )
            ],
        ),
        HOUSE,
        ("shape",),
        "joint",
    ),
    (
        "a convener who is heard too",
        step(HOUSE, 0, at="/qingyun/d-land"),
        HOUSE,
        ("shape",),
        "joint",
    ),
    (
        "the village decides in the township",
        changed(LEASE, shape="township_decides"),
        LEASE,
        ("shape",),
        "township_decides",
    ),
    (
        "straight to the county by way of the township",
        changed(PLANNING, shape="straight_to_county"),
        PLANNING,
        ("shape",),
        "straight_to_county",
    ),
    (
        "a township that forwards to nobody",
        changed(ALLOWANCE, shape="township_forwards"),
        ALLOWANCE,
        ("shape",),
        "township_forwards",
    ),
    (
        "handed in at the township, decided in the village",
        changed(LEASE, channels=["village", "township"]),
        LEASE,
        ("channels", 1),
        "/qingyun/t-heping",
    ),
    (
        "handed in at a department without a clerk",
        without_posts("department_clerk", "/qingyun/d-market"),
        "item/individual-business/1",
        ("channels", 2),
        "/qingyun/d-market",
    ),
    (
        "a channel named twice",
        changed(LEASE, channels=["village", "village"]),
        LEASE,
        ("channels",),
        "渠道",
    ),
    (
        "two materials with one code",
        changed(
            FELLING,
            materials=[{"code": "id-card", "name": name, "form": "copy"} for name in "甲乙"],
        ),
        FELLING,
        ("materials", 1, "code"),
        "id-card",
    ),
]
