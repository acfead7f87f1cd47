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
CHECK_FOUND: Final[dict[str, str]] = {"found": "属实", "not_found": "查无", "differs": "不符"}
CARRIAGE: Final[dict[str, str]] = {"courier": "快递", "locker": "快递柜"}
FAILURE: Final[dict[str, str]] = {"returned": "退回未妥投", "lost": "丢失"}
PARCEL: Final[dict[str, Tag]] = {
    "under_way": Tag("在途", "calm"),
    "lost": Tag("丢失，补发中", "bad"),
    "returned": Tag("已退回，可领取", "warn"),
    "delivered": Tag("已送达", "good"),
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
    "precheck": "预审时限",
    "opinion": "答复意见时限",
    "delivery": "颁发送达时限",
}
PRECHECK: Final[dict[str, Tag]] = {
    "requested": Tag("待预审", "warn"),
    "fine": Tag("预审无误", "good"),
    "deficient": Tag("预审有问题", "warn"),
    "unanswered": Tag("未预审即提交", "rest"),
}
"""How far the pre-check of a draft has come."""
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
MANDATE: Final[dict[str, str]] = {
    "public_office": "村代办员职务代办",
    "power_of_attorney": "凭授权委托书代办",
    "guardian": "法定监护人代办",
}
"""By what right an agent acts."""
PERSON: Final[dict[str, str]] = {
    "name": "姓名（名称）",
    "document_kind": "证件种类",
    "phone": "手机号",
    "address": "住址",
    "household_division": "户籍地区划代码",
}
"""Fields of a person as a clerk reads them."""
NOBODY: Final[dict[str, str]] = {"system": "系统", "applicant": "申请人"}
"""Actors that are no officers."""
OVERSEERS: Final = frozenset({"inspector", "leader"})
ACCEPTORS: Final = frozenset({"village_clerk", "township_clerk", "department_clerk"})


def tag_of(table: dict[str, Tag], code: str | None) -> Tag:
    """Give the tag of `code`; one without a word of ours is shown as it came."""
    if not code:
        return Tag("无", "rest")
    return table.get(code, Tag(code, "rest"))
