"""The manifest of what others wrote holds, and nothing comes from elsewhere."""

from __future__ import annotations

import re
from hashlib import sha256

import pytest

from services.portal.asset_files import FOLDER, vendored
from services.portal.templating import POLICY
from tests.portal.site import Site

OURS = {"portal.css", "portal.js", "emblem.svg", "manifest.json"}
_VARIABLE = re.compile(r"--([a-z-]+): (#[0-9a-f]{6});")
READ_ON = [
    ("ink", "paper"),
    ("ink", "ground"),
    ("ink", "blue-pale"),
    ("ink", "bad-pale"),
    ("ink", "warn-pale"),
    ("soft", "paper"),
    ("soft", "ground"),
    ("blue", "paper"),
    ("blue", "ground"),
    ("blue-dark", "blue-pale"),
    ("good", "good-pale"),
    ("warn", "warn-pale"),
    ("bad", "bad-pale"),
    ("bad", "paper"),
]
"""Pairs of ink and ground that the stylesheet uses."""


def test_every_vendored_file_is_the_one_that_the_manifest_names() -> None:
    for found in vendored():
        assert sha256((FOLDER / found.file).read_bytes()).hexdigest() == found.sha256, found.file
        assert found.version in found.file
        assert (FOLDER / found.licence_file).read_text().strip()


def test_no_file_lies_there_that_is_neither_ours_nor_in_the_manifest() -> None:
    named = {name for found in vendored() for name in (found.file, found.licence_file)}
    assert {path.name for path in FOLDER.iterdir()} == named | OURS


def test_the_stream_extension_is_the_one_for_htmx_2() -> None:
    versions = {found.package: found.version for found in vendored()}
    assert versions == {"htmx.org": "2.0.11", "htmx-ext-sse": "2.2.4"}


def test_our_scripts_and_styles_name_no_other_site() -> None:
    for name in ("portal.css", "portal.js"):
        text = (FOLDER / name).read_text("utf-8")
        assert "http:" not in text
        assert "https:" not in text
        assert "url(" not in text
        assert "@import" not in text


def test_files_are_kept_for_ever_under_an_address_that_changes_with_them(site: Site) -> None:
    address = site.app.state.portal.assets.address_of("portal.css")
    answer = site.browser.get(address)
    digest = sha256((FOLDER / "portal.css").read_bytes()).hexdigest()
    assert address == f"/assets/portal.css?v={digest[:12]}"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/css")


@pytest.mark.parametrize("name", ["manifest.json", "htmx.LICENSE", "..%2fwiring.py", "none.js"])
def test_only_scripts_styles_and_pictures_are_given_out(site: Site, name: str) -> None:
    assert site.browser.get(f"/assets/{name}").status_code == 404


def test_the_policy_of_pages_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    assert "default-src 'none'" in POLICY
    assert "unsafe" not in POLICY
    assert "http" not in POLICY


@pytest.mark.parametrize(("ink", "ground"), READ_ON)
def test_text_stands_out_from_its_ground(ink: str, ground: str) -> None:
    colours = dict(_VARIABLE.findall((FOLDER / "portal.css").read_text("utf-8")))
    assert contrast(colours[ink], colours[ground]) >= 4.5


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2.1."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in shares]
    return sum(weight * v for weight, v in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
