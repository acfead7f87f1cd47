"""The words of the pages: Chinese terms of the field for the codes that the services answer."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple, TypeAlias

Tone: TypeAlias = Literal["calm", "good", "warn", "bad", "rest"]
"""Of a tag: its colour and its shape; the word is always there, too."""


class Tag(NamedTuple):
    """A status as it is shown: word, and tone."""

    word: str
    tone: Tone


STATUS: Final[dict[str, Tag]] = {
    "drafted": Tag("草稿", "rest"),
    "submitted": Tag("已收件", "calm"),
    "deficiency_notified": Tag("补正中", "warn"),
    "awaiting_supplement": Tag("补正中", "warn"),
    "supplemented": Tag("已补正", "calm"),
    "accepted": Tag("办理中", "calm"),
    "completed": Tag("已办结", "good"),
    "not_accepted": Tag("不予受理", "rest"),
    "withdrawn": Tag("已撤回", "rest"),
    "unknown": Tag("正在同步", "rest"),
}
CASE_STATUS: Final = (
    "submitted",
    "deficiency_notified",
    "supplemented",
    "accepted",
    "completed",
    "not_accepted",
    "withdrawn",
    "drafted",
)
"""As a list of cases is filtered by them."""
FIGURE: Final[dict[str, Tag]] = {
    "accepted": Tag("已受理", "calm"),
    "completed": Tag("办结", "good"),
    "open": Tag("在办", "calm"),
    "open_overdue": Tag("在办超期", "bad"),
    "on_time": Tag("按时办结", "good"),
    "late": Tag("超期办结", "warn"),
}
"""What the figures of timeliness count."""
STEP: Final[dict[str, Tag]] = {
    "planned": Tag("未到", "rest"),
    "open": Tag("已到达", "calm"),
    "opened": Tag("已到达", "calm"),
    "waiting": Tag("待认领", "warn"),
    "claimed": Tag("已认领", "calm"),
    "closed": Tag("已办", "good"),
}
OUTCOME: Final[dict[str, Tag]] = {
    "approved": Tag("准予", "good"),
    "rejected": Tag("不予", "bad"),
    "agreed": Tag("同意", "good"),
    "disagreed": Tag("不同意", "bad"),
    "forwarded": Tag("同意上报", "good"),
    "returned": Tag("退回上一环节", "warn"),
    "uploaded": Tag("直接上传", "calm"),
}
PRESENCE: Final[dict[str, Tag]] = {
    "active": Tag("在岗", "good"),
    "idle": Tag("在线不在岗", "warn"),
    "offline": Tag("离线", "bad"),
    "absent": Tag("缺勤", "bad"),
    "off_duty": Tag("非办公时间", "rest"),
    "leave": Tag("请假", "rest"),
    "field": Tag("外出", "calm"),
}
ROLE: Final[dict[str, str]] = {
    "village_clerk": "村业务受理员",
    "township_clerk": "乡镇办事员",
    "township_approver": "乡镇审批人",
    "department_clerk": "部门办事员",
    "department_reviewer": "部门审查员",
    "chief_representative": "首席代表",
    "joint_convener": "联审牵头人",
    "inspector": "监察员",
    "leader": "县领导",
    "operator": "系统运维",
    "subscriber": "部门订阅",
}
DUTY: Final[dict[str, str]] = {"decide": "审批", "forward": "审核上报", "opinion": "会签意见"}
KIND: Final[dict[str, str]] = {
    "instant": "即办件",
    "commitment": "承诺件",
    "report_up": "上报件",
}
SHAPE: Final[dict[str, str]] = {
    "village_decides": "村级办结",
    "township_decides": "乡镇办结",
    "township_forwards": "乡镇审核上报，县级办结",
    "straight_to_county": "直接上传县级",
    "joint": "多部门联审",
}
SURVEY_RESULT: Final[dict[str, str]] = {"passed": "通过", "failed": "未通过"}
NOTICE_WAY: Final[dict[str, str]] = {
    "message": "短信",
    "phone": "电话",
    "in_person": "当面",
    "online": "网上",
}
REVOCATION: Final[dict[str, str]] = {
    "revoked": "撤销",
    "withdrawn": "撤回",
    "cancelled": "注销",
    "forfeited": "吊销",
}
CORRECTED: Final[dict[str, str]] = {
    "name": "文书名称",
    "valid_from": "有效期首日",
    "valid_until": "有效期末日",
    "survey_findings": "勘查情况",
    "meeting_minutes": "会议纪要",
}
RECEIVER: Final[dict[str, str]] = {"applicant": "申请人本人", "agent": "代理人（有委托）"}
CLOCK: Final[dict[str, str]] = {
    "answer": "答复时限",
    "legal": "法定时限",
    "promised": "承诺时限",
    "step": "环节时限",
}
UNIT: Final[dict[str, str]] = {"working_days": "个工作日", "working_minutes": "办公分钟"}
WHY: Final[dict[str, Tag]] = {
    "start_day": Tag("始日不计", "rest"),
    "counted": Tag("计入", "calm"),
    "make_up_workday": Tag("调休上班，计入", "calm"),
    "weekend": Tag("周末", "rest"),
    "holiday": Tag("节假日", "rest"),
    "closure": Tag("停止办公", "rest"),
    "stopped": Tag("停表", "warn"),
    "capped": Tag("停表已满，恢复计入", "warn"),
}
BY: Final[dict[str, str]] = {
    "organisation": "机构",
    "officer": "办事员",
    "item": "事项",
    "division": "行政区划",
    "day": "日期",
    "source": "来源",
}
FORM: Final[dict[str, str]] = {
    "original": "原件",
    "copy": "复印件",
    "electronic": "电子件",
    "reused": "复用",
}
LETTER: Final[dict[str, str]] = {
    "decision": "决定书",
    "stop": "特别程序告知书",
    "extension": "延期告知书",
    "result": "结果文书",
}
"""Documents of a step."""
ACT: Final[dict[str, str]] = {
    "application.drafted": "登记草稿",
    "application.submitted": "收件",
    "application.deficiency-notified": "一次性补正告知",
    "application.supplemented": "补正",
    "paper.attached": "上传附件",
    "paper.detached": "撤下附件",
    "application.withdrawn": "撤回申请",
    "case.accepted": "受理",
    "case.not-accepted": "不予受理",
    "case.completed": "办结",
    "route.laid": "生成办理路线",
    "step.opened": "环节开始",
    "step.closed": "环节结束",
    "case.reported-up": "上报上级机关",
    "external-result.recorded": "登记上级批复",
    "step.transferred": "转办",
    "step.delegated": "委托代办",
    "step.taken-over": "提级办理",
    "step.rerouted": "撤并改派",
    "step.recalled": "收回环节",
    "step.returned": "退回上一环节",
    "step.uploaded": "直接上传县级部门",
    "step.received": "到达审批环节",
    "step.moved": "环节移交到位",
    "step.stand-in-named": "代办人到位",
    "step.yielded": "环节已交回",
    "step.claimed": "认领",
    "step.released": "退回待认领",
    "step.checked": "审查",
    "clock.stopped": "停表（特别程序）",
    "clock.resumed": "恢复计时",
    "clock.extended": "批准延期",
    "clock.suspended": "上报停计",
    "clock.restarted": "批复续计",
    "opinion.requested": "征求意见",
    "opinion.answered": "答复意见",
    "survey.scheduled": "约定勘查",
    "survey.recorded": "勘查记录",
    "meeting.convened": "召集联席会议",
    "meeting.held": "联席会议纪要",
    "step.decided": "作出决定",
    "fee.assessed": "核定收费",
    "fee.paid": "缴费",
    "fee.waived": "免缴",
    "result.issued": "颁证",
    "delivery-clock.started": "送达时限起算",
    "result.ready": "可领取",
    "result.ready-notified": "告知领取",
    "result.delivered": "送达",
    "result.revoked": "撤销结果",
    "result.corrected": "更正结果文书",
    "record.corrected": "更正笔录",
    "opinion.given": "出具意见",
    "action.refused": "操作被拒绝",
    "due-date.corrected": "时限更正",
    "officer.signed-in": "登录",
    "officer.signed-out": "退出",
    "officer.went-idle": "在线不在岗",
    "officer.went-offline": "离线",
    "officer.came-back": "回到岗位",
    "external.case-opened": "外部系统收件",
    "external.act-recorded": "外部系统办理",
    "external.case-closed": "外部系统办结",
    "appointment.booked": "预约",
    "appointment.cancelled": "取消预约",
    "appointment.moved": "改约",
    "appointment.ticket-taken": "取号",
    "appointment.ticket-called": "叫号",
    "appointment.ticket-passed": "过号",
    "appointment.served": "接待",
    "appointment.bound": "关联办件",
    "appointment.missed": "爽约",
    "credit.restriction-imposed": "登记信用限制",
    "credit.restriction-lifted": "解除信用限制",
}
COMMAND: Final[dict[str, str]] = {
    "intake.draft": "登记草稿",
    "intake.submit": "收件",
    "intake.notify_deficiency": "补正告知",
    "intake.supplement": "补正",
    "intake.accept": "受理",
    "intake.refuse": "不予受理",
    "intake.withdraw": "撤回",
    "routing.transfer": "转办",
    "routing.delegate": "委托代办",
    "routing.take_over": "提级办理",
    "routing.return": "退回上一环节",
    "routing.upload": "直接上传县级部门",
    "routing.record_external_result": "登记上级批复",
    "review.claim": "认领",
    "review.release": "退回待认领",
    "review.check": "审查",
    "review.stop_clock": "停表",
    "review.resume_clock": "恢复计时",
    "review.extend": "延期",
    "review.request_opinion": "征求意见",
    "review.answer_opinion": "答复意见",
    "review.schedule_survey": "约定勘查",
    "review.record_survey": "记录勘查",
    "review.convene": "召集联席会议",
    "review.record_meeting": "记录会议纪要",
    "review.give_opinion": "出具意见",
    "review.decide": "作出决定",
    "review.assess_fee": "核定收费",
    "review.record_payment": "记录缴费",
    "review.waive_fee": "免缴",
    "review.issue": "颁证",
    "review.mark_ready": "登记可领取",
    "review.notify_ready": "告知领取",
    "review.record_delivery": "记录送达",
    "appointments.book": "预约",
    "appointments.cancel": "取消预约",
    "appointments.move": "改约",
    "appointments.check_in": "取号",
    "appointments.call": "叫号",
    "appointments.pass": "过号",
    "appointments.serve": "接待",
    "appointments.mark_missed": "记爽约",
    "credit.impose": "登记信用限制",
    "credit.lift": "解除信用限制",
    "review.revoke": "撤销结果",
    "review.correct": "更正",
    "presence.sign_in": "登录",
    "presence.sign_out": "退出",
}
"""What was attempted, of a refused attempt."""
NOBODY: Final[dict[str, str]] = {"system": "系统", "applicant": "申请人"}
"""Actors that are no officers."""
OVERSEERS: Final = frozenset({"inspector", "leader"})
ACCEPTORS: Final = frozenset({"village_clerk", "township_clerk", "department_clerk"})


def tag_of(table: dict[str, Tag], code: str | None) -> Tag:
    """Give the tag of `code`; one without a word of ours is shown as it came."""
    if not code:
        return Tag("无", "rest")
    return table.get(code, Tag(code, "rest"))


def act_of(event_type: str) -> str:
    """Give the word for an event: `cn.cunban.case.accepted.v1` → 受理."""
    name = event_type.removeprefix("cn.cunban.")
    stem, _, version = name.rpartition(".")
    if version.startswith("v") and version[1:].isdigit():
        name = stem
    return ACT.get(name, name)
