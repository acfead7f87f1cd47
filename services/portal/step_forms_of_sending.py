"""The forms of a result on its way: handed over, not arrived, made out anew."""

from __future__ import annotations

from typing import Final

from services.portal.step_form import Field, StepForm

SEALS: Final = (
    Field("seals", "加盖印章", "Seals", "boxes", "每枚每份文书只用一次", required=False),
    Field("put_on_by", "用印人", "Put on by", "choice", "不填即各枚印章的保管人", required=False),
)
"""Of what is done with a seal; hidden where the organisation has none."""
_NUMBER: Final = Field("tracking_number", "单号", "Tracking number", "line")
OF_SENDING: Final = (
    StepForm(
        "dispatch",
        "交寄",
        "Hand to a courier",
        "已登记交寄，申请人可凭编号查到单号。",
        (
            Field("by", "寄送方式", "How", "choice"),
            Field("carrier", "快递公司或快递柜", "Carrier or locker", "line"),
            _NUMBER,
            Field("handed_at", "交寄时间", "When", "instant", "不晚于现在"),
        ),
        "送达之前一直列在出件页；送达、退回或者丢失都要登记。",
    ),
    StepForm(
        "record-undelivered",
        "丢失、退回",
        "Lost or returned",
        "已登记，结果须再次送达。",
        (
            _NUMBER,
            Field("how", "情况", "What happened", "choice"),
            Field("reasons", "原因", "Reasons"),
            Field("found_at", "时间", "When", "instant", "不晚于现在"),
        ),
        "退回的即在本机构可领取；丢失的须补发。颁发送达期限不因此延长。",
    ),
    StepForm(
        "reissue",
        "补发",
        "Issue a duplicate",
        "已补发，原编号作废，查验页随即可见。",
        SEALS,
        "内容和有效期不变，编号另起。",
    ),
)
"""Of results that go by courier or into a parcel locker."""
