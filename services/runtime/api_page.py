"""Pages for developers, without scripts or outside assets: the API and the error codes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

from services.runtime.problem_codes import PROBLEMS

_STYLE: Final = """
body{font:16px/1.6 system-ui,"Noto Sans CJK SC",sans-serif;max-width:64rem;margin:2rem auto;
padding:0 1rem;color:#1a1a1a;background:#fff}
table{border-collapse:collapse;width:100%}th,td{border:1px solid #bbb;padding:.3rem .6rem;
text-align:left;vertical-align:top}code,pre{font-family:ui-monospace,monospace}
pre{background:#f4f4f4;padding:.6rem;overflow-x:auto}details{margin:.4rem 0;border:1px solid #ccc;
padding:.4rem .8rem}summary{cursor:pointer}.method{font-weight:700;display:inline-block;width:5rem}
"""


def api_page(document: Mapping[str, Any]) -> str:
    """Give the page of an OpenAPI document: every operation with parameters, bodies, answers."""
    schemas = document.get("components", {}).get("schemas", {})
    title = str(document["info"]["title"])
    parts = [
        f"<h1>{escape(title)} <small>{escape(str(document['info']['version']))}</small></h1>",
        '<p><a href="/openapi.json">openapi.json</a> · <a href="/docs/errors">错误码</a>'
        ' · <a href="/readyz">readyz</a> · <a href="/metrics">metrics</a></p>',
        *(_operation(*found) for found in _operations(document)),
        "<h2>数据结构 Schemas</h2>",
        *(_schema(name, schemas[name]) for name in sorted(schemas)),
    ]
    return _page(title, "\n".join(parts))


def errors_page() -> str:
    """Give the page of error codes; `type` of a problem points at its row."""
    rows = "\n".join(
        f'<tr id="{code}"><td><code>{code}</code></td><td>{known.status}</td>'
        f"<td>{escape(known.title.zh)}<br>{escape(known.title.en)}</td>"
        f"<td>{escape(known.cure.zh)}<br>{escape(known.cure.en)}</td></tr>"
        for code, known in PROBLEMS.items()
    )
    head = "<tr><th>code</th><th>HTTP</th><th>意思 meaning</th><th>怎么办 what to do</th></tr>"
    return _page("错误码 Error codes", f"<h1>错误码 Error codes</h1><table>{head}{rows}</table>")


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)}'
        f"</title><style>{_STYLE}</style></head><body>{body}</body></html>"
    )


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> str:
    parts = [f"<p>{escape(str(operation.get('description', '')))}</p>"]
    if parameters := operation.get("parameters"):
        rows = "".join(_parameter(parameter) for parameter in parameters)
        parts.append(
            f"<table><tr><th>参数 parameter</th><th>in</th><th>schema</th></tr>{rows}</table>"
        )
    if body := operation.get("requestBody"):
        parts.append(f"<p>请求 request</p>{_json(body.get('content', {}))}")
    for status, answer in operation.get("responses", {}).items():
        said = f"<code>{escape(str(status))}</code> {escape(str(answer.get('description', '')))}"
        parts.append(f"<p>{said}</p>{_json(answer['content']) if 'content' in answer else ''}")
    head = f'<span class="method">{escape(method.upper())}</span> <code>{escape(path)}</code>'
    summary = escape(str(operation.get("summary", "")))
    return f"<details><summary>{head} {summary}</summary>{''.join(parts)}</details>"


def _parameter(parameter: Mapping[str, Any]) -> str:
    required = " *" if parameter.get("required") else ""
    return (
        f"<tr><td><code>{escape(parameter['name'])}</code>{required}</td>"
        f"<td>{escape(parameter['in'])}</td><td>{_json(parameter.get('schema', {}))}</td></tr>"
    )


def _schema(name: str, schema: Mapping[str, Any]) -> str:
    return (
        f'<details id="{escape(name)}"><summary>{escape(name)}</summary>{_json(schema)}</details>'
    )


def _json(value: Any) -> str:
    return f"<pre>{escape(json.dumps(value, ensure_ascii=False, indent=2))}</pre>"
