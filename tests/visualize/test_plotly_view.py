"""The plotly view and the live curve: constant templates, small payloads, a served script."""

from __future__ import annotations

import base64
import json
import math

import numpy as np
import plotly
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from visualize.components.curve import curve, curve_value
from visualize.components.plotly_view import (
    SCRIPT_URL,
    figure_value,
    plotly_routes,
    plotly_view,
    prefetch_head,
)
from visualize.figures.bars import length_histogram

FIGURE = length_histogram({1: 2, 2: 3})


def floats(text):
    return np.frombuffer(base64.b64decode(text), dtype="<f4")


def test_a_figure_travels_as_one_json_string_with_its_words():
    value = figure_value(FIGURE, title="Most words have 2 letters", version=7)
    figure = json.loads(value["figure"])
    assert figure["data"][0]["type"] == "bar" and value["version"] == 7
    assert value["words"].startswith("Words by length") and "title" not in figure["layout"]


def test_zoom_is_kept_until_the_caller_names_another_one():
    first, other = (figure_value(FIGURE, title="", version=1, zoom=z) for z in ("names", "handles"))
    assert json.loads(first["figure"])["layout"]["uirevision"] == "names"
    assert json.loads(other["figure"])["layout"]["uirevision"] == "handles"
    assert FIGURE.layout.uirevision == "keep"  # the caller's figure is left alone


@pytest.mark.parametrize("make", [plotly_view, curve])
def test_templates_hold_no_data_and_no_code(make):
    component = make({"title": "${alert(1)} {{value}}"}, elem_id="place", height=300)
    template = component.html_template + component.css_template
    assert "${" not in template and "{{" not in template
    assert "300px" in component.html_template


def test_no_path_of_the_machine_reaches_the_page():
    component = plotly_view(None, elem_id="place")
    config = json.dumps(component.get_config(), default=str) + prefetch_head()
    assert "site-packages" not in config and plotly.__version__ in component.props["script"]


def test_the_script_is_served_compressed_and_may_be_kept():
    client = TestClient(Starlette(routes=plotly_routes()))
    answer = client.get(SCRIPT_URL, headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < 2_000_000
    assert "immutable" in answer.headers["cache-control"]
    assert "plotly.js" in answer.text[:200]


def test_the_script_is_served_plain_to_who_asks_for_that():
    client = TestClient(Starlette(routes=plotly_routes()))
    answer = client.get(SCRIPT_URL, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in answer.headers and "plotly.js" in answer.text[:200]


def test_curve_packs_runs_as_float32():
    value = curve_value([("run", [0, 1, 2], [3.0, 2.5, 2.25])], title="", version=1)
    run = value["runs"][0]
    assert floats(run["steps"]).tolist() == [0, 1, 2]
    assert floats(run["losses"]).tolist() == [3.0, 2.5, 2.25]
    assert run["broken"] is None and run["last"] == 2.25


def test_curve_payload_stays_small_however_long_the_run():
    steps = np.arange(200_000)
    value = curve_value([("run", steps, np.sin(steps))], title="", version=1, smooth=1000)
    assert len(json.dumps(value)) < 16_000


def test_curve_ends_where_the_loss_is_no_number_and_says_so():
    losses = [3.0, 2.0, math.nan, 1.0]
    value = curve_value([("rate 1000", [0, 10, 20, 30], losses)], title="", version=1, smooth=2)
    run = value["runs"][0]
    assert floats(run["losses"]).tolist() == [3.0, 2.0] and run["broken"] == 20
    assert "rate 1000 stopped being a number at step 20." in value["words"]
    json.dumps(value, allow_nan=False)


@pytest.mark.parametrize("losses", [[], [math.inf]])
def test_curve_of_nothing_is_a_curve(losses):
    value = curve_value([("run", range(len(losses)), losses)], title="", version=1, smooth=5)
    assert floats(value["runs"][0]["losses"]).size == 0
    json.dumps(value, allow_nan=False)


def test_curve_refuses_lengths_that_differ():
    with pytest.raises(ValueError, match="2 steps and 1 losses"):
        curve_value([("run", [0, 1], [3.0])], title="", version=1)


def test_curve_tells_the_baseline_and_fixes_the_axis():
    value = curve_value([], title="", version=1, baseline=(3.2958, "ln 27"), total=1000)
    assert value["baseline"] == {"value": 3.2958, "label": "ln 27"} and value["total"] == 1000
