# SPDX-License-Identifier: GPL-2.0-only
"""Sweep files: what they say, and that each mistake is named with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from imsfw import BadInput, Sweep, read_sweep


def read(tmp_path: Path, text: str) -> Sweep:
    path = tmp_path / "detour.yaml"
    path.write_text(text)
    return read_sweep(path, load=lambda file: yaml.safe_load(file.read_text()))


def test_a_whole_file(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("transport: solution\n")
    sweep = read(
        tmp_path,
        """
        title: What a detour costs
        experiment: base.yaml
        grid:
          firewall.policy: [udp-blocked, proxy-only]
          links.internet.delay: {from: 5ms, to: 15ms, steps: 3}
        zip:
          - {media.transport: [udp, tls], media.port: [3478, 443]}
          - {tls.suites: [TLS_RSA_WITH_NULL_SHA, [A, B]], control.port: [443, 5061]}
        latin_hypercube: {count: 2, seed: 4, parameters: {links.access.loss: {from: 0, to: 0.1}}}
        filter: media.port == 443 and links.internet.delay < "12ms"
        replications: 5
        seed: 9
        time_limit: 90s
        precision: {metric: call_setup_ms, half_width: 0.1, at_most: 50}
        """,
    )
    points = list(sweep.space)
    assert sweep.space.bound == 2 * 3 * 2 * 2 * 2
    assert len(points) == 2 * 2 * 1 * 2 * 2
    assert points[0]["tls.suites"] == ["TLS_RSA_WITH_NULL_SHA"]
    assert points[-1]["tls.suites"] == ["A", "B"]
    assert sweep.base == {"transport": "solution"} and sweep.name == "detour"
    assert (sweep.replications, sweep.seed, sweep.time_limit_s) == (5, 9, 90)
    assert sweep.precision is not None and sweep.precision.at_most == 50


def test_an_experiment_in_place(tmp_path: Path) -> None:
    sweep = read(tmp_path, "experiment: {firewall: {policy: proxy-only}}\n")
    assert sweep.base == {"firewall": {"policy": "proxy-only"}} and list(sweep.space) == [{}]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("gird: {}", 'unknown key "gird"; did you mean "grid"'),
        ("grid: {control.prt: [1]}", 'parameter "control.prt"; did you mean "control.port"'),
        ("grid: {control.port: 443}", "control.port: needs a list of values or a range"),
        (
            "grid: {media.transport: [upd]}",
            '"upd" is none of udp, tcp, tls, dtls; did you mean "udp"',
        ),
        ("grid: {control.port: [[1, 2]]}", "is not one value"),
        ("grid: {links.access.delay: {from: 5ms, too: 9ms}}", 'unknown key "too"'),
        ("grid: {links.access.delay: {from: 5ms}}", 'links.access.delay: a range needs "to"'),
        ("grid: {links.access.delay: {from: 5ms, to: 1ms, steps: 3}}", "must be below"),
        ("zip: {control.port: [1], media.port: [1, 2]}", "equally many values"),
        ("random: {parameters: {control.port: [1]}}", "count"),
        ("random: {cuont: 1}", 'random: unknown key "cuont"; did you mean "count"'),
        ("filter: contrl.port == 1", 'did you mean "control.port"'),
        ("replications: 0", "replications: must be a whole number of 1 or more"),
        ("time_limit: 5Mbps", "not a duration"),
        ("precision: {half_width: 0.1}", 'needs "metric"'),
        ("precision: {metric: registration_ms, half_width: 0}", "half_width must be above 0"),
        ("[1, 2]", "expected keys with values"),
        ("grid: {a: [1", "detour.yaml:1: "),
    ],
)
def test_mistakes_are_named_with_the_file(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(BadInput) as raised:
        read(tmp_path, text)
    assert complaint in str(raised.value)
    assert str(raised.value).startswith(str(tmp_path / "detour.yaml"))


def test_a_missing_file_and_bad_text(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="No such file"):
        read_sweep(tmp_path / "none.yaml")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00bad")
    with pytest.raises(BadInput, match="bytes.yaml"):
        read_sweep(tmp_path / "bytes.yaml")
