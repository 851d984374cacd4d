# SPDX-License-Identifier: GPL-2.0-only
"""Parameter spaces: their points, their bounds, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from imsfw import BadInput, Range, grid, latin_hypercube, random_sample, zipped
from imsfw.conditions import Condition
from imsfw.parameters import data_root, experiment_parameters
from imsfw.units import magnitude, parse, seconds


def test_grid_is_every_combination_the_last_varying_fastest() -> None:
    space = grid({"a": [1, 2], "b": ["x", "y", "z"]})
    points = list(space)
    assert space.bound == len(points) == 6
    assert points[0] == {"a": 1, "b": "x"} and points[1] == {"a": 1, "b": "y"}
    assert list(space) == points  # can be walked again


def test_empty_grid_is_one_point_and_an_empty_axis_none() -> None:
    assert list(grid({})) == [{}]
    assert list(grid({"a": []})) == []


def test_zip_goes_side_by_side() -> None:
    space = zipped({"media.transport": ["udp", "tls"], "media.port": [3478, 443]})
    assert [tuple(point.values()) for point in space] == [("udp", 3478), ("tls", 443)]


def test_zip_of_unequal_lengths_names_them() -> None:
    with pytest.raises(BadInput, match="a has 1, b has 2"):
        zipped({"a": [1], "b": [1, 2]})


def test_product_and_filter() -> None:
    space = grid({"a": [1, 2, 3]}) * zipped({"b": [1, 2], "c": [3, 4]})
    kept = space.where(lambda point: point["a"] != point["b"])
    assert [(p["a"], p["b"], p["c"]) for p in kept] == [(1, 2, 4), (2, 1, 3), (3, 1, 3), (3, 2, 4)]
    assert kept.keys == ("a", "b", "c") and kept.bound == 6


def test_a_parameter_cannot_vary_twice() -> None:
    with pytest.raises(BadInput, match="a: varied twice"):
        grid({"a": [1]}) * zipped({"a": [2]})


def test_a_space_is_not_held_in_memory() -> None:
    axis = list(range(1000))
    space = grid({"a": axis, "b": axis, "c": axis, "d": axis})
    assert space.bound == 10**12
    assert next(iter(space)) == {"a": 0, "b": 0, "c": 0, "d": 0}


@pytest.mark.parametrize(
    ("given", "values"),
    [
        (Range("5ms", "20ms", steps=4), ["5ms", "10ms", "15ms", "20ms"]),
        (Range("500us", "2ms", step="500us"), ["500us", "1000us", "1500us", "2000us"]),
        (Range("1Mbps", "100Mbps", steps=3, log=True), ["1Mbps", "10Mbps", "100Mbps"]),
        (Range(0, 0.1, steps=3), [0.0, 0.05, 0.1]),
        (Range(1, 4, step=1), [1, 2, 3, 4]),
        (Range("1s", "2s", step="400ms"), ["1s", "1.4s", "1.8s"]),
    ],
)
def test_ranges_keep_the_unit(given: Range, values: list[Any]) -> None:
    assert given.values() == values


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("5ms", "50Mbps", 3), "different kinds of units"),
        (("50ms", "5ms", 3), "must be below"),
        (("5ms", "50ms", 1), "steps must be 2"),
        (("5parsec", "50ms", 3), 'unknown unit "parsec"'),
        (("fast", "50ms", 3), "not a number with its unit"),
        ((0, 1, 3, None, True), "above 0"),
        (("5ms", "50ms", 3, "1ms"), "not both"),
        (("5ms", "50ms", None, "1Mbps"), "another kind of unit"),
        (("1ms", "1s", None, "0ms"), "above 0"),
    ],
)
def test_bad_ranges_are_refused(arguments: tuple[Any, ...], complaint: str) -> None:
    with pytest.raises(BadInput, match=complaint):
        Range(*arguments)


def test_a_range_without_steps_is_for_samples_only() -> None:
    bare = Range("5ms", "50ms")
    assert bare.at(0.0) == "5ms" and bare.at(1.0) == "50ms"
    with pytest.raises(BadInput, match="needs steps"):
        grid({"links.access.delay": bare})


def test_latin_hypercube_has_one_point_in_each_slice() -> None:
    space = latin_hypercube({"x": Range(0, 10), "y": [1, 2]}, count=10, seed=3)
    points = list(space)
    assert sorted(int(point["x"]) for point in points) == list(range(10))
    assert sorted(point["y"] for point in points) == [1] * 5 + [2] * 5
    assert points == list(latin_hypercube({"x": Range(0, 10), "y": [1, 2]}, count=10, seed=3))
    assert points != list(latin_hypercube({"x": Range(0, 10), "y": [1, 2]}, count=10, seed=4))


def test_random_samples_stay_in_their_ranges() -> None:
    points = list(random_sample({"d": Range("1ms", "1s", log=True), "c": ["a", "b"]}, 200, seed=1))
    delays = [float(magnitude(point["d"])) for point in points]  # type: ignore[arg-type]
    assert all(0.001 <= delay <= 1 for delay in delays)
    assert all(round(delay * 1e6) == pytest.approx(delay * 1e6, abs=1e-6) for delay in delays)
    assert 60 < sum(delay < 0.0316 for delay in delays) < 140  # half of them below the middle
    assert {point["c"] for point in points} == {"a", "b"}


@pytest.mark.parametrize("count", [0, -1, 1.5, True])
def test_samples_need_a_count(count: Any) -> None:
    with pytest.raises(BadInput, match="count"):
        random_sample({"a": [1]}, count)


def test_units() -> None:
    assert parse("1.5min").value == 90 and seconds("2h") == 7200 and seconds(3) == 3
    assert magnitude("20ms") == 0.02 and magnitude("tls") == "tls" and magnitude(5) == 5
    with pytest.raises(BadInput, match="not a duration"):
        seconds("5Mbps")


# --- conditions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("control.port == 443", True),
        ('links.access.delay < "1s"', True),
        ('links.access.delay >= "6ms"', False),
        ('media.transport in ["tls", "tcp"] and not call.enabled', True),
        ("1 < links.access.loss < 2 or control.port != 443", False),
        ("call.enabled == false", True),
        ("media.codec == none", True),
        ('-1 < links.access.loss', True),
    ],
)
def test_conditions(text: str, expected: bool) -> None:
    point = {
        "control.port": 443,
        "links.access.delay": "5ms",
        "media.transport": "tls",
        "call.enabled": False,
        "links.access.loss": 0.5,
    }
    assert Condition(text, experiment_parameters())(point) is expected


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("contrl.port == 443", 'did you mean "control.port"'),
        ("control.port ==", "invalid syntax"),
        ("__import__('os').system('true')", "not allowed here"),
        ("control.port.__class__ == 1", "unknown parameter"),
        ("[p for p in control.port]", "not allowed here"),
        ("control.port + 1 == 2", "not allowed here"),
    ],
)
def test_conditions_are_not_programs(text: str, complaint: str) -> None:
    with pytest.raises(BadInput, match=complaint):
        Condition(text, experiment_parameters())


def test_comparing_unlike_things_names_the_point() -> None:
    condition = Condition('control.port < "udp"', experiment_parameters())
    with pytest.raises(BadInput, match="at {'control.port': 443}"):
        condition({"control.port": 443})


def test_every_key_of_an_experiment_is_described_by_words_of_its_own() -> None:
    shared = {"duration", "positive_duration", "rate", "port", "cpu", "link"}
    schema = json.loads((data_root() / "scenarios/experiment.schema.json").read_text("utf-8"))
    texts = {schema["definitions"][name]["description"] for name in shared}
    bare = [
        key
        for key, parameter in experiment_parameters().items()
        if not parameter.description or parameter.description in texts
    ]
    assert bare == []
