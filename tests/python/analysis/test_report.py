# SPDX-License-Identifier: GPL-2.0-only
"""The report in a real browser: what a click on a failed cell shows; nobody is left out."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Browser
from fake_runner import FakeRunner, fake_result
from imsfw import BadInput, Sweep, grid, run
from imsfw.report.evidence import add_evidence
from imsfw.report.page import page, write_report
from imsfw.report.source import link_from, read_source

BLOCKED = "#matrix button[aria-label^='udp-blocked, sip-udp']"
MARKUP = "</script><script>window.injected = 1</script>"
OPEN = "#matrix button[aria-label^='stateful-nat, sip-udp']"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    space = grid(
        {
            "firewall.policy": ["stateful-nat", "udp-blocked", "proxy-only"],
            "transport": ["sip-udp", "solution"],
        }
    )
    database = folder / "results.db"
    Sweep(space=space, replications=3).run(database, FakeRunner(), workers=1, progress=False)
    cells = read_source(database, "latest")
    cells.append({**cells[0], "policy": MARKUP})
    write_report(cells, folder / "report.html", "A <b>test</b>")
    return folder / "report.html"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.fixture
def opened(browser: Browser, report: Path) -> Browser:
    browser.events.clear()
    browser.call("Emulation.setEmulatedMedia", features=[])
    browser.open(report)
    return browser


def test_a_click_on_a_failed_cell_shows_the_deciding_rule(opened: Browser) -> None:
    assert opened.value("document.getElementById('details').hidden") is True
    opened.click(BLOCKED)
    opened.wait("!document.getElementById('details').hidden")
    assert opened.value("document.querySelector('.deciding .rule').textContent") == "no-udp"
    text = opened.value("document.getElementById('details').innerText")
    for part in ("the firewall", "drop", "UDP 10.0.0.2:5060", "524547", "12.5 ms", "0 of 3 runs"):
        assert part in text, part
    opened.wait("document.querySelectorAll('#waterfall .bars path').length === 2")
    assert opened.value("document.querySelectorAll('#details svg[role=img] path').length") == 3


def test_a_passing_cell_has_no_deciding_event(opened: Browser) -> None:
    opened.click(OPEN)
    opened.wait("!document.getElementById('details').hidden")
    assert opened.value("document.querySelector('.deciding')") is None
    assert "3 of 3 runs passed" in opened.value("document.getElementById('details').innerText")


def test_nothing_is_fetched_and_nothing_complains(opened: Browser) -> None:
    opened.click(BLOCKED)
    opened.wait("document.querySelector('#waterfall .bars path')")
    requests = [
        event["params"]["request"]["url"]
        for event in opened.events
        if event["method"] == "Network.requestWillBeSent"
    ]
    assert [url for url in requests if not url.startswith(("file:", "data:", "blob:"))] == []
    complaints = ("Log.entryAdded", "Runtime.exceptionThrown")
    assert [event for event in opened.events if event["method"] in complaints] == []


def test_texts_are_not_markup(opened: Browser) -> None:
    assert opened.value("window.injected") is None
    assert opened.value("document.title") == "A <b>test</b>"


def test_the_keyboard_does_all(opened: Browser) -> None:
    focus = "document.activeElement.getAttribute('aria-label') ?? document.activeElement.id"
    opened.value("document.querySelector('#matrix td button').focus()")
    opened.press("ArrowDown")
    assert opened.value(focus).startswith("udp-blocked, sip-udp")
    opened.press("Enter")
    opened.wait("!document.getElementById('details').hidden")
    assert opened.value(focus) == "details"
    assert opened.value(f"document.querySelector(\"{BLOCKED}\").ariaExpanded") == "true"
    opened.press("Escape")
    assert opened.value("document.getElementById('details').hidden") is True
    assert opened.value(focus).startswith("udp-blocked, sip-udp")
    opened.press("End")
    assert opened.value(focus).startswith("udp-blocked, solution")
    tab_stops = "document.querySelectorAll('#matrix button[tabindex=\"0\"]').length"
    assert opened.value(tab_stops) == 1


def test_screen_readers_are_told(opened: Browser) -> None:
    assert opened.value("document.querySelector('#matrix caption').textContent").startswith("Who")
    tree = opened.call("Accessibility.getFullAXTree")["nodes"]
    named = {
        (node.get("role", {}).get("value"), node.get("name", {}).get("value")) for node in tree
    }
    assert ("button", "udp-blocked, sip-udp: blocked, no-udp") in named
    assert ("rowheader", "udp-blocked") in named and ("columnheader", "sip-udp") in named
    assert opened.value("document.querySelectorAll('label').length") == 4


def test_filters(opened: Browser) -> None:
    def count(script: str) -> str:
        opened.value(f"{script}; for (const i of inputs) i.dispatchEvent(new Event('input'))")
        return str(opened.value("document.getElementById('count').textContent"))

    assert count("inputs[1].value = 'fail'") == "2 of 7 cells"
    assert count("inputs[2].value = 'UDP'") == "1 of 7 cells"
    assert count("inputs[1].value = 'all'; inputs[2].value = ''") == "7 of 7 cells"
    assert count("inputs[3].value = 'solution'") == "3 of 7 cells"
    assert count("inputs[3].value = 'no such'") == "0 of 7 cells"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark_have_contrast(opened: Browser, scheme: str) -> None:
    feature = {"name": "prefers-color-scheme", "value": scheme}
    opened.call("Emulation.setEmulatedMedia", features=[feature])
    colours = json.loads(
        opened.value(
            "JSON.stringify(['ink', 'faint'].flatMap(ink =>"
            " (ink === 'ink' ? ['paper', 'raised', 'pass', 'fail', 'partly', 'none'] : ['paper'])"
            " .map(paper => [ink, paper, colour(ink), colour(paper)])))"
        )
    )
    for ink, paper, front, back in colours:
        assert contrast(front, back) >= 4.5, (scheme, ink, paper)  # WCAG 2.1, 1.4.3
    dark = opened.value("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
    assert dark == (scheme == "dark")


def test_it_can_be_looked_at(opened: Browser, tmp_path: Path) -> None:
    opened.click(BLOCKED)
    opened.wait("document.querySelector('#waterfall .bars path')")
    picture = base64.b64decode(opened.call("Page.captureScreenshot")["data"])
    assert picture.startswith(b"\x89PNG") and len(picture) > 10_000


def contrast(one: str, two: str) -> float:
    """WCAG's contrast ratio of two colours like #aabbcc."""

    def luminance(colour: str) -> float:
        parts = [int(colour[n:n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


# --- without a browser


def test_run_folders_are_reported_with_links(tmp_path: Path) -> None:
    for policy in ("stateful-nat", "udp-blocked"):
        folder = tmp_path / "runs" / policy
        folder.mkdir(parents=True)
        document = {"firewall": {"policy": policy}, "transport": "sip-udp"}
        (folder / "result.json").write_text(json.dumps(fake_result(document, 1, 1)))
        (folder / "experiment.yaml").write_text(
            f"firewall: {{policy: {policy}}}\ntransport: sip-udp\ntls: {{suites: [A, B]}}\n"
        )
    cells = read_source(tmp_path / "runs", "latest")
    link_from(tmp_path / "out" / "report.html", cells)
    assert [(c["policy"], c["transport"], c["suites"]) for c in cells] == [
        ("stateful-nat", "sip-udp", "A,B"),
        ("udp-blocked", "sip-udp", "A,B"),
    ]
    assert cells[1]["folder"] == "../runs/udp-blocked"
    assert cells[1]["events"][0]["rule"] == "no-udp" and cells[1]["events"][0]["plane"] == "control"
    assert cells[0]["media"][0]["delay_mean_ms"] > 21


def test_a_cell_with_captures_opens_its_messages_and_what_became_of_the_rules(
    browser: Browser, tmp_path: Path
) -> None:
    settings = {"call": {"duration": "1s"}, "firewall": {"policy": "udp-blocked"}}
    run({"transport": "sip-udp", **settings}, tmp_path / "runs" / "blocked")
    run({"transport": "solution", **settings}, tmp_path / "runs" / "open")
    cells = read_source(tmp_path / "runs", "latest")
    add_evidence(cells, find_changes=True)
    blocked, passing = cells
    assert {"id": "udp-blocked", "fate": "matched", "why": ""} in (
        blocked["explanation"]["rules"]["control"]
    )
    assert any("sip-tcp" in str(change) for change in blocked["explanation"]["changes"]) or any(
        "transport" == change["kind"] for change in blocked["explanation"]["changes"]
    )
    assert "explanation" not in passing and "REGISTER" in passing["sequence"]["text"]
    write_report(cells, tmp_path / "report.html", "runs")
    browser.open(tmp_path / "report.html")
    browser.click(BLOCKED)
    browser.wait("document.querySelector('#details img.sequence')?.naturalWidth > 100")
    browser.click("#details .rules summary")
    text = browser.value("document.querySelector('#details .rules').innerText")
    assert "udp-blocked" in text and "matched" in text


def test_a_folder_without_captures_has_its_result_all_the_same(tmp_path: Path) -> None:
    settings = {"evidence": {"captures": False}, "call": {"duration": "1s"}}
    run({"transport": "solution", **settings}, tmp_path / "runs" / "bare")
    cells = read_source(tmp_path / "runs", "latest")
    add_evidence(cells)
    assert "sequence" not in cells[0] and "capture" in cells[0]["evidence_missing"]
    assert cells[0]["planes"]["control"] == "pass"


def test_nothing_to_report_and_broken_results(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no results"):
        read_source(tmp_path, "latest")
    (tmp_path / "result.json").write_text('{"planes": 5}')
    with pytest.raises(BadInput, match="result.json: not a result"):
        read_source(tmp_path, "latest")


def test_the_report_is_one_file_of_moderate_size(report: Path) -> None:
    assert report.stat().st_size < 4_000_000
    text = page([], "x")
    for name in ("TITLE", "STYLE", "SCRIPT", "PLOTLY", "DATA"):
        assert "{{" + name + "}}" not in text
