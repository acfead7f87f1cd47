"""The forms of the acts on a step: one typed description each; the page and the body follow it."""

from __future__ import annotations

from typing import Final

from services.portal.step_form import Field, StepForm
from services.portal.step_forms_of_sending import OF_SENDING, SEALS

_WHY: Final = Field("reasons", "理由", "Reasons")
_OPINION: Final = Field("opinion", "意见", "Opinion", "choice")
_SURVEY: Final = Field("survey", "到场", "Which survey", "choice")
_PARTICIPANTS: Final = Field(
    "participants", "参加人员", "Participants", "boxes", "两名以上（许可法第三十四条）"
)
_PLANNED_AT: Final = Field("planned_at", "时间", "When", "instant", "须晚于现在")
_UNTIL: Final = Field("until", "返回时间", "Back at", "instant", "同一天；计入外勤", required=False)
_HELD_AT: Final = Field("held_at", "时间", "When", "instant", "不晚于现在")

_FORMS: Final = (
    StepForm(
        "request-opinion",
        "征求意见",
        "Ask for an opinion",
        "已征求意见，被征求部门有自己的期限。",
        (
            Field("asked", "征求的部门", "Department", "choice"),
            Field("question", "征求的问题", "Question"),
            Field(
                "days",
                "答复期限（工作日）",
                "Working days to answer",
                "whole",
                "1 至 45",
                usual="5",
            ),
        ),
    ),
    StepForm(
        "answer-opinion",
        "答复意见",
        "Answer the opinion asked for",
        "意见已答复。",
        (
            Field("organisation", "代表的部门", "For which department", "choice"),
            _OPINION,
            _WHY,
            Field("found", "内部核查", "Internal checks", "checks", "逐项答复", required=False),
        ),
    ),
    StepForm(
        "schedule-survey",
        "约定勘查",
        "Schedule a survey",
        "勘查已约定。",
        (_SURVEY, _PLANNED_AT, _UNTIL, _PARTICIPANTS),
    ),
    StepForm(
        "record-survey",
        "记录勘查",
        "Record a survey",
        "勘查情况已记录。",
        (
            _SURVEY,
            _HELD_AT,
            _UNTIL,
            _PARTICIPANTS,
            Field("result", "结果", "Result", "choice"),
            Field("findings", "勘查情况", "Findings"),
            Field(
                "pictures",
                "现场照片",
                "Pictures",
                "pictures",
                "JPEG 或 PNG，可一次选多张，至少一张；苹果手机的 HEIC 请先改为 JPEG",
            ),
        ),
    ),
    StepForm(
        "convene",
        "召集联席会议",
        "Convene a joint meeting",
        "联席会议已召集，会后请记录每个部门的意见。",
        (
            _PLANNED_AT,
            Field("departments", "参加部门", "Departments", "boxes"),
            Field("subject", "议题", "Subject"),
        ),
        "召集后，这些部门以会上的意见为准，会前的意见不再作数。",
    ),
    StepForm(
        "record-meeting",
        "记录会议纪要",
        "Record the minutes",
        "会议纪要已记录。",
        (
            _HELD_AT,
            Field("opinions", "各部门意见", "Opinions", "opinions", "一个部门也不能漏"),
            Field("absent", "未到会的部门", "Absent", "boxes", "列明未到会的", required=False),
            Field("minutes", "纪要", "Minutes"),
        ),
    ),
    StepForm(
        "stop-clock",
        "停表（特别程序）",
        "Stop the clock",
        "已停表，期满自动恢复计时。",
        (
            Field("procedure", "特别程序", "Procedure", "choice"),
            Field("announced_days", "告知的天数（工作日）", "Announced working days", "whole"),
            Field("notice_number", "告知书文号", "Number of the notice", "line"),
        ),
        "须先书面告知申请人（许可法第四十五条）；只能为该事项列明的程序停表，不超过上限。",
    ),
    StepForm(
        "resume-clock",
        "恢复计时",
        "Resume the clock",
        "已恢复计时。",
        (Field("result", "特别程序的结果", "Result of the procedure"),),
    ),
    StepForm(
        "extend",
        "批准延期",
        "Extend the limit",
        "已批准延期，理由将告知申请人。",
        (
            Field(
                "days",
                "延长天数（工作日）",
                "Working days",
                "whole",
                "一般不超过 10，联办不超过 15",
            ),
            _WHY,
        ),
        "每件只能延期一次，须在法定时限届满前（许可法第四十二条）。",
    ),
    StepForm(
        "assess-fee",
        "核定收费",
        "Assess the fee",
        "收费已核定，一件一张账单。",
        (Field("charges", "收费项目", "Fees", "charges", "只列该事项公布的项目；不收的留空"),),
    ),
    StepForm(
        "record-payment",
        "记录缴费",
        "Record the payment",
        "缴费已记录。",
        (
            Field("amount_fen", "金额（元）", "Amount, yuan", "yuan", "须一次缴清，与账单一致"),
            Field("receipt_number", "财政票据号", "Receipt number", "line"),
            Field("paid_at", "缴费时间", "Paid at", "instant", "不晚于现在"),
        ),
    ),
    StepForm(
        "waive-fee",
        "免缴",
        "Waive the fee",
        "已免缴。",
        (Field("basis", "依据", "Basis"), _WHY),
    ),
    StepForm(
        "issue",
        "颁证",
        "Issue the result",
        "结果已颁发。",
        SEALS,
        "编号和有效期按事项自动生成；颁发后不能重复。",
    ),
    StepForm(
        "mark-ready",
        "登记可领取",
        "Ready to be collected",
        "已登记可领取，请告知申请人。",
        (),
        "结果已在本机构备好；移至别处时由那里再次登记。",
    ),
    StepForm(
        "notify-ready",
        "告知领取",
        "Tell the applicant",
        "告知情况已记录。",
        (
            Field("way", "告知方式", "How", "choice"),
            Field("told_at", "告知时间", "When", "instant", "不晚于现在"),
        ),
    ),
    *OF_SENDING,
    StepForm(
        "record-delivery",
        "记录送达",
        "Record the delivery",
        "领证时间已记录。",
        (
            Field("delivery", "领取方式", "How", "choice"),
            Field("delivered_at", "领证时间", "When", "instant", "不晚于现在"),
            Field("received_by", "领取人", "Received by", "choice"),
            Field("identity_checked", "已核验身份证件", "Identity checked", "tick", "窗口领取必核"),
            Field("mandate", "委托书号", "Mandate", "line", "代领时填写", required=False),
            Field(
                "tracking_number", "快递单号", "Tracking number", "line", "快递送达时核对", False
            ),
        ),
    ),
    StepForm(
        "revoke",
        "撤销、撤回、注销、吊销",
        "Revoke",
        "文书已失效，查验页随即可见。",
        (
            Field("how", "种类", "Kind", "choice"),
            Field("grounds", "理由", "Grounds"),
            Field("basis", "依据", "Basis", "text", "法律条文，如行政许可法第六十九条"),
            Field("notice_number", "告知书文号", "Number of the notice", "line"),
        ),
        "须书面告知持有人；不能恢复。",
    ),
    StepForm(
        "correct",
        "更正明显错误",
        "Correct an obvious error",
        "更正已记录，原文保留。",
        (
            Field("what", "更正什么", "What", "choice"),
            Field("survey", "哪次勘查", "Which survey", "choice", "更正勘查情况时选", False),
            Field("old", "原文", "What stands there", "text", "与现有内容逐字一致"),
            Field("new", "更正为", "What it should be", "text", "日期写作 2026-03-09"),
            _WHY,
            *SEALS,
        ),
        "只更正明显笔误；实体变更须另行办理。",
    ),
)
FORMS: Final[dict[str, StepForm]] = {form.act: form for form in _FORMS}
"""By act, in the order in which they are offered."""
