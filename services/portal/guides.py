"""办事指南: what can be done here, for how much and how soon; nobody signs in."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request, Response

from schemas.facts import Item
from services.portal.apis import ApiProblem
from services.portal.flow_chart import flow_chart
from services.portal.gate import PageRoute, Reach, session_of
from services.portal.guide_words import CHANNEL, span_of
from services.portal.service_guide import guide_of
from services.portal.templating import Portal, page

router = APIRouter(route_class=PageRoute, include_in_schema=False)
ItemKey = Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]{1,58}$")]
Short = Annotated[str, Query(max_length=80)]
PICTURE_POLICY: Final = "default-src 'none'; frame-ancestors 'none'"
"""Of the flow chart when it is opened by itself: it needs nothing."""


@router.get("/guides")
async def guides(
    request: Request, portal: Reach, text: Short = "", channel: Short = ""
) -> Response:
    """办事指南. All items in force, by department; `text` is looked for in names."""
    items = [_item(told) for told in (await portal.apis.get("intake", "/v1/items")).body]
    found = [i for i in items if text.strip() in i.name and channel in ("", *i.channels)]
    found.sort(key=lambda item: (item.department, item.code))
    values = {
        "found": found,
        "text": text,
        "channel": channel,
        "channels": CHANNEL,
        "span_of": span_of,
    }
    return page(request, "guides.html", values, session=session_of(request))


@router.get("/guides/{code}")
async def guide(request: Request, code: ItemKey, portal: Reach) -> Response:
    """服务指南. Everything that the item in force says of itself."""
    item = await _in_force(portal, code)
    names: dict[str, str] = {}
    if item.preconditions:
        there = (await portal.apis.get("intake", "/v1/items")).body
        names = {told["code"]: told["name"] for told in there}
    values = {"guide": guide_of(item, portal.names.organisation, names)}
    return page(request, "guide.html", values, session=session_of(request))


@router.get("/guides/{code}/flow.svg")
async def picture(code: ItemKey, portal: Reach) -> Response:
    """流程图. The item's way as a picture."""
    drawn = flow_chart(await _in_force(portal, code), portal.names.organisation)
    headers = {"Content-Security-Policy": PICTURE_POLICY}
    return Response(drawn, media_type="image/svg+xml", headers=headers)


@router.get("/negative-list")
async def negative_list(request: Request, portal: Reach) -> Response:
    """负面清单. What is not handed in at the village, why, and where it is."""
    items = (await portal.apis.get("intake", "/v1/items")).body
    try:
        found = (await portal.apis.get("intake", "/v1/negative-lists/village")).body
    except ApiProblem as problem:
        if problem.status != 404:
            raise
        found = None
    portal.names.learn(items)
    doors = {item["code"]: item["channels"] for item in items}
    values = {"found": found, "doors": doors, "channels": CHANNEL}
    return page(request, "negative_list.html", values, session=session_of(request))


async def _in_force(portal: Portal, code: str) -> Item:
    return _item((await portal.apis.get("intake", f"/v1/items/{code}")).body)


def _item(told: Any) -> Item:
    return Item.model_validate(told)
