# SPDX-License-Identifier: GPL-2.0-only
"""Figures: what they show follows from the frame, and equal frames give equal files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib
import pandas as pd
import pytest
from imsfw import BadInput
from imsfw import figures as draw
from imsfw.figures.latency import own_time
from imsfw.figures.style import COLOURS, FAIL, NOT_ATTEMPTED, PARTLY, PASS, STYLE
from matplotlib.colors import to_hex
from matplotlib.figure import Figure


def matrix_frame() -> pd.DataFrame:
    shares = {"a": (1.0, 0.5), "b": (0.0, None)}
    rows = [
        {
            "policy": policy,
            "transport": transport,
            "suites": "",
            "control": share,
            "registration_ms": 87.4 if share == 1 else None,
            "rule": "udp-closed" if share is not None and share < 1 else None,
            "reason": "rule",
        }
        for policy, both in shares.items()
        for transport, share in zip(("x", "y"), both, strict=True)
    ]
    return pd.DataFrame(rows)


def runs_frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "policy": ["a", "a", "b", "b"],
            "transport": ["x", "y", "x", "y"],
            "suites": ["S1", "S2", "S1", "S2"],
            "registration_ms": [10.0, 20.0, None, 40.0],
            "call_setup_ms": [30.0, 40.0, 50.0, 60.0],
            "links.access.delay": ["1ms", "2ms", "1ms", "2000us"],
            "ip_bytes": [100, 100, 100, 300],
            "tls_bytes": [50, 50, 0, 0],
        }
    )


def intervals_frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "policy": ["a", "b", "a", "b"],
            "transport": ["x", "x", "y", "y"],
            "safe_s": [300.0, None, 7440.0, 120.0],
        }
    )


PHASES = pd.DataFrame(
    [
        (1, "a", "control", "connect", 0.0, 10.0),
        (1, "a", "control", "register", 10.0, 40.0),
        (2, "b", "control", "connect", 0.0, 20.0),
        (3, "b", "media", "turn-allocate", 5.0, 45.0),
    ],
    columns=["run_id", "policy", "plane", "name", "start_ms", "end_ms"],
)
MEDIA = pd.DataFrame({"transport": ["x", "y"], "loss": [0.0, 0.1], "mos": [4.4, 3.1]})
ATTEMPTS = pd.DataFrame(
    [
        (1, None, "direct", "fail", 0.0, 500.0, "udp-closed"),
        (2, 1, "TURN/UDP", "fail", 500.0, 900.0, "udp-closed"),
        (3, 2, "TURN/TLS 443", "pass", 900.0, 990.0, ""),
    ],
    columns=["id", "parent", "label", "outcome", "start_ms", "end_ms", "reason"],
)

RATES = pd.DataFrame(
    [
        (rate, kind, 100.0 + rate * factor + repeat)
        for rate in (5, 10, 20)
        for kind, factor in (("rsa", 10.0), ("ecdsa", 1.0))
        for repeat in range(3)
    ],
    columns=["rate", "kind", "registration_ms"],
)
CALLS: list[tuple[Any, tuple[Any, ...]]] = [
    (draw.traversal_matrix, (matrix_frame(),)),
    (draw.waterfall, (PHASES,)),
    (draw.stacked_phases, (PHASES,)),
    (draw.cdf, (runs_frame(),)),
    (draw.mos_against_loss, (MEDIA,)),
    (draw.longest_intervals, (intervals_frame(), "transport", 10_000)),
    (draw.overhead_bars, (runs_frame(), ["ip_bytes", "tls_bytes"], "transport")),
    (draw.cost_against_cipher, (runs_frame(),)),
    (draw.scaling_curves, (runs_frame(), "links.access.delay")),
    (draw.fallback_tree, (ATTEMPTS,)),
    (draw.latency_against_rate, (RATES, "rate", "registration_ms", "kind")),
]
NAMES = [call.__name__ for call, _ in CALLS]


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(matplotlib.text.Text)]


@pytest.mark.parametrize(("call", "arguments"), CALLS, ids=NAMES)
@pytest.mark.parametrize("suffix", [".pdf", ".svg"])
def test_equal_frames_give_equal_files(
    call: Any, arguments: tuple[Any, ...], suffix: str, tmp_path: Path
) -> None:
    one, two = tmp_path / f"1{suffix}", tmp_path / f"2{suffix}"
    draw.save(call(*arguments), one)
    draw.save(call(*arguments), two)
    assert one.read_bytes() == two.read_bytes() and one.stat().st_size > 1000


@pytest.mark.parametrize(("call", "arguments"), CALLS, ids=NAMES)
def test_the_style_does_not_depend_on_or_change_the_users(
    call: Any, arguments: tuple[Any, ...], tmp_path: Path
) -> None:
    draw.save(call(*arguments), tmp_path / "plain.svg")
    with matplotlib.rc_context({"font.size": 31, "lines.linewidth": 9}):
        draw.save(call(*arguments), tmp_path / "loud.svg")
        assert matplotlib.rcParams["font.size"] == 31
    assert (tmp_path / "plain.svg").read_bytes() == (tmp_path / "loud.svg").read_bytes()


@pytest.mark.parametrize(("call", "arguments"), CALLS, ids=NAMES)
def test_frames_that_do_not_fit_are_refused(call: Any, arguments: tuple[Any, ...]) -> None:
    frame, *others = arguments
    with pytest.raises(BadInput, match="is empty"):
        call(frame.iloc[:0], *others)
    with pytest.raises(BadInput, match="no column"):
        call(pd.DataFrame({"nothing": [1]}), *others)


@pytest.mark.parametrize(("call", "arguments"), CALLS, ids=NAMES)
def test_figures_have_the_width_of_a_column_or_page(call: Any, arguments: tuple[Any, ...]) -> None:
    width_mm = call(*arguments).get_figwidth() * 25.4
    assert width_mm == pytest.approx(draw.COLUMN_MM) or width_mm == pytest.approx(draw.PAGE_MM)


def test_the_matrix_has_the_reason_in_each_failed_cell() -> None:
    figure = draw.traversal_matrix(matrix_frame())
    cells = [p for p in figure.axes[0].patches if p.get_width() == 1]
    assert [to_hex(p.get_facecolor()) for p in cells] == [
        colour.lower() for colour in (PASS, PARTLY, FAIL, NOT_ATTEMPTED)
    ]
    assert [text.get_text() for text in figure.axes[0].texts] == ["87 ms", "udp-closed"] * 1 + [
        "udp-closed",
        "",
    ]
    assert cells[2].get_hatch()  # blocked is told without colour too


def test_a_cell_shows_the_worst_of_its_planes_unless_one_is_named() -> None:
    blocked = {"plane": "media_udp", "rule": "not-http", "reason": "rule", "registration_ms": 87.4}
    cell = {"policy": "a", "transport": "x", "suites": "", "control": 1.0, "media_udp": 0.0}
    frame = pd.DataFrame([{**cell, **blocked, "media_tcp": float("nan")}])
    for plane, colour, text in (("all", FAIL, "media: not-http"), ("control", PASS, "87 ms")):
        axes = draw.traversal_matrix(frame, plane).axes[0]
        assert to_hex(axes.patches[0].get_facecolor()) == colour.lower()
        assert axes.texts[0].get_text() == text


def test_the_waterfall_is_in_the_order_of_time() -> None:
    figure = draw.waterfall(PHASES.iloc[[1, 0]])
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == ["control/connect", "control/register"]
    assert [bar.get_x() for bar in figure.axes[0].patches] == [0, 10]


def test_stacked_phases_are_means_over_all_runs_of_a_group() -> None:
    figure = draw.stacked_phases(PHASES)
    widths = [bar.get_width() for bar in figure.axes[0].patches]
    # policy b has two runs: 20 ms of connecting and 40 ms of allocating, each in one of them
    assert widths == [10, 10, 30, 0, 0, 20]


def test_the_cdf_counts_runs_that_never_registered() -> None:
    figure = draw.cdf(runs_frame())
    highest = [line.get_ydata()[-1] for line in figure.axes[0].lines]
    assert highest == [1.0, 0.5]


def test_durations_are_drawn_in_one_unit() -> None:
    figure = draw.scaling_curves(runs_frame(), "links.access.delay", metric="call_setup_ms")
    assert list(figure.axes[0].lines[1].get_xdata()) == [2.0]  # "2ms" and "2000us"
    assert "links.access.delay (ms)" in texts(figure)


def test_bars_stack() -> None:
    figure = draw.overhead_bars(runs_frame(), ["ip_bytes", "tls_bytes"], "transport")
    bars = [(bar.get_y(), bar.get_height()) for bar in figure.axes[0].patches]
    assert bars == [(0, 100), (0, 200), (100, 25), (200, 25)]


def test_an_interval_that_no_run_found_has_no_bar() -> None:
    figure = draw.longest_intervals(intervals_frame(), "transport", 10_000)
    widths = [bar.get_width() for bar in figure.axes[0].patches]
    assert widths == [300.0, 0.0, 7440.0, 120.0]
    assert {"1 min", "1 h", "x", "y", "a", "b"} <= set(texts(figure))


def test_a_phase_within_another_is_not_counted_twice() -> None:
    nested = pd.DataFrame(
        [
            (1, "control", "connect", 0.0, 150.0),
            (1, "control", "tls", 60.0, 150.0),
            (1, "control", "to-ringing", 200.0, 240.0),
            (1, "control", "to-answer", 200.0, 300.0),
            (1, "media", "connect", 50.0, 100.0),
            (2, "control", "connect", 0.0, 10.0),
        ],
        columns=["run_id", "plane", "name", "start_ms", "end_ms"],
    )
    assert own_time(nested).tolist() == [60, 90, 40, 60, 50, 10]


def test_attempts_that_fall_back_are_children_and_those_that_race_are_not() -> None:
    def parents(starts: list[float | None]) -> list[object]:
        frame = pd.DataFrame(
            {
                "plane": "control",
                "attempt": ["a", "b", "c"],
                "outcome": ["failed", "won", "not-started"],
                "started_ms": starts,
                "ended_ms": [100.0, 150.0, None],
                "reason": ["rule", None, None],
            }
        )
        tree = draw.attempts_as_tree(frame)
        assert draw.fallback_tree(tree).axes
        return [None if pd.isna(parent) else int(parent) for parent in tree["parent"]]

    assert parents([0.0, 100.0, None]) == [None, 1]
    assert parents([0.0, 20.0, None]) == [None, None]


def test_a_tree_with_a_loop_is_refused() -> None:
    looped = ATTEMPTS.assign(parent=[3, 1, 2])
    with pytest.raises(BadInput, match="no attempt above"):
        draw.fallback_tree(looped)


def test_mos_needs_a_codec_that_has_one() -> None:
    with pytest.raises(BadInput, match="no codec"):
        draw.mos_against_loss(MEDIA.assign(mos=None))


def test_colours_can_be_told_apart_in_grey() -> None:
    """Neighbours in the order of use differ in lightness (WCAG's relative luminance)."""

    def luminance(colour: str) -> float:
        parts = [int(colour[n:n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for one, two in ((PASS, FAIL), (FAIL, NOT_ATTEMPTED), (COLOURS[0], COLOURS[1])):
        assert abs(luminance(one) - luminance(two)) > 0.02, (one, two)
    assert STYLE["pdf.fonttype"] == 42
