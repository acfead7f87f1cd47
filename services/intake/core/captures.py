"""离线采集: what a device without a line may say of the time. No clock ever starts from it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from services.kernel.decider import Refused

SKEW: Final = timedelta(minutes=5)
"""How far a device's clock may be ahead of the server's."""
OLDEST: Final = timedelta(days=30)


def require_plausible(captured_at: datetime | None, at: datetime) -> None:
    """Pass where the device's time is not in the future of `at`, nor a month before it.

    Raises:
        Refused: `intake.captured_in_future` or `intake.captured_too_early`.
    """
    if captured_at is None:
        return
    if captured_at > at + SKEW:
        raise Refused(
            "intake.captured_in_future", "采集时间晚于当前时间，请校准采集设备的时钟后重新上传。"
        )
    if captured_at < at - OLDEST:
        raise Refused(
            "intake.captured_too_early",
            f"采集已超过 {OLDEST.days} 日，材料可能已变化，请与申请人核对后重新采集。",
        )
