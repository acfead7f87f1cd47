"""Templates of the package as pages: escaped, in Chinese, with nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.portal import act_words, guide_words, problem_words, shown, words
from services.portal.apis import Apis
from services.portal.asset_files import AssetFiles
from services.portal.names import Names
from services.portal.session import Seal, Session
from services.portal.step_bodies import PICTURES, prefixed
from services.portal.trace_words import told_of
from services.runtime import clock

FOLDER: Final = Path(__file__).parent / "templates"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Content Security Policy of every page: nothing inline, nothing from elsewhere."""


@dataclass(frozen=True, slots=True)
class Portal:
    """What the pages reach out with; on `app.state.portal`."""

    apis: Apis
    seal: Seal
    assets: AssetFiles
    names: Names
    cookie: str
    """Name of the session cookie: one a port, since browsers share cookies between ports."""


def environment(assets: AssetFiles) -> Environment:
    """Make the environment of the templates; unknown names in them are errors."""
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        second=shown.second,
        minute=shown.minute,
        clock_time=shown.clock_time,
        day=shown.day,
        share=shown.share,
        number=shown.number,
        span=shown.span,
        chinese=shown.chinese,
        kept_pictures=partial(prefixed, prefix=PICTURES),
    )
    made.globals.update(
        words=words,
        act_words=act_words,
        guide_words=guide_words,
        yuan=guide_words.yuan,
        tag_of=words.tag_of,
        act_of=act_words.act_of,
        errors_told=problem_words.errors_told,
        asset=assets.address_of,
        address=address,
    )
    return made


def address(path: str, query: Mapping[str, Any]) -> str:
    """Give a local address; empty values are left out."""
    asked = urlencode({name: value for name, value in query.items() if value not in (None, "")})
    return f"{path}?{asked}" if asked else path


class Templates:
    """Renders; one for all requests of the process."""

    def __init__(self, assets: AssetFiles) -> None:
        self._environment = environment(assets)

    def text(self, name: str, values: Mapping[str, Any]) -> str:
        """Give a template filled in.

        Raises:
            jinja2.UndefinedError: the template names what is not in `values`.
        """
        return self._environment.get_template(name).render(values)


def page(
    request: Request,
    name: str,
    values: Mapping[str, Any],
    status: int = 200,
    session: Session | None = None,
) -> Response:
    """Answer with a template; `session` is who it is for."""
    portal: Portal = request.app.state.portal
    templates: Templates = request.app.state.templates
    now = clock.now()
    if session is not None:
        portal.names.learn([{"officer_id": session.officer_id, "name": session.name}])
    shared = {
        "session": session,
        "form_token": portal.seal.form_token(session),
        "path": request.url.path,
        "here": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        "large": request.cookies.get("cunban-size") == "large",
        "now_text": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "until": partial(shown.until, now=now),
        "overdue": partial(shown.overdue, now=now),
        "organisation_name": portal.names.organisation,
        "item_name": portal.names.item,
        "officer_name": portal.names.officer,
        "key_name": portal.names.key,
        "told_of": partial(told_of, names=portal.names),
        "told_in": partial(problem_words.told_in, names=portal.names),
        "detail_of": partial(problem_words.detail_of, names=portal.names),
    }
    headers = {"Content-Security-Policy": POLICY, "Content-Language": "zh-CN"}
    return HTMLResponse(templates.text(name, {**shared, **values}), status, headers)
