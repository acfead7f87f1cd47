"""What is looked for in a page: its forms, ids, labels and addresses."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_FIELDS = frozenset({"input", "select", "textarea"})
_UNLABELLED = frozenset({"hidden", "submit"})


@dataclass
class Form:
    """One form, with what it would send if nothing were filled in."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class Page(HTMLParser):
    """A page taken apart."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.ids: list[str] = []
        self.addresses: list[str] = []
        self.attributes: set[str] = set()
        self.tags: list[str] = []
        self.labelled: set[str] = set()
        self.unlabelled: list[str] = []
        self.inline: list[str] = []
        self.language = ""
        self._in_label = 0
        self._inside = ""
        self._to_label: list[str] = []
        self.feed(text)
        self.unlabelled += [found for found in self._to_label if found not in self.labelled]

    def form(self, action: str) -> Form:
        """Give the form that is posted to `action`."""
        found = (form for form in self.forms if form.method == "post")
        return next(form for form in found if form.action == action)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.attributes |= set(given)
        self.addresses += [given[name] for name in _ADDRESSES if name in given]
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "html":
            self.language = given.get("lang", "")
        if tag == "label":
            self._in_label += 1
            self.labelled.add(given.get("for", ""))
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get")))
        if tag in _FIELDS:
            self._field(given)
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self._in_label -= 1
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside in ("script", "style") and data.strip():
            self.inline.append(data)

    def _field(self, given: dict[str, str]) -> None:
        if self.forms and given.get("name"):
            self.forms[-1].fields[given["name"]] = given.get("value", "")
        if given.get("type") in _UNLABELLED or self._in_label or "aria-label" in given:
            return
        self._to_label.append(given.get("id", given.get("name", "?")))


_ADDRESSES = ("href", "src", "action", "hx-get", "hx-post", "sse-connect", "srcset", "poster")
