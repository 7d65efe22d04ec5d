"""What the tags of a page make of figures, days, deadlines, filters and fields."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django import forms
from django.template import TemplateSyntaxError
from django.test import RequestFactory
from django.utils import timezone, translation

from bihuan.web.templatetags import bihuan_ui as ui
from servicequality.results import Estimate


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (4.126, "4.13"),
        (41.26, "41.3"),
        (1182, "1,182"),
        (0.0, "0.00"),
        (-12.4, "−12.4"),
        (None, "—"),
        (float("nan"), "—"),
        (Estimate(value=None, low=None, high=None, n=0), "—"),
    ],
)
def test_a_figure_has_sensible_decimals_and_no_data_is_a_dash(value: object, shown: str) -> None:
    assert ui.figure(value) == shown


def test_no_data_is_not_shown_as_zero_in_a_table() -> None:
    assert "0" not in ui.estimate(Estimate(value=None, low=None, high=None, n=0))


def test_an_estimate_shows_its_interval_and_its_base() -> None:
    text = ui.estimate(Estimate(value=4.126, low=4.021, high=4.231, n=312))

    assert "4.13" in text
    assert "4.02 to 4.23" in text
    assert "n = 312" in text


def test_an_estimate_without_interval_shows_none() -> None:
    assert ui.interval(Estimate(value=4.0, low=None, high=None, n=1)) == ""


def test_a_day_names_its_weekday_and_a_make_up_workday() -> None:
    day = date(2024, 10, 12)

    with translation.override("zh-hans"):
        chinese = ui.weekday_date(day, "调休上班")
    english = ui.weekday_date(day)

    assert chinese == "2024年10月12日(周六,调休上班)"
    assert english == "Sat 12 Oct 2024"


def test_this_year_is_not_repeated() -> None:
    today = timezone.localdate()

    assert str(today.year) not in ui.weekday_date(today)


@pytest.mark.parametrize(
    ("left", "shown", "state"),
    [
        (timedelta(hours=5, minutes=12), "5 h 12 min left", "soon"),
        (timedelta(days=3, hours=2, minutes=5), "3 days 2 h left", "info"),
        (timedelta(days=-2), "2 days late", "late"),
        (timedelta(0), "0 min late", "late"),
    ],
)
def test_a_deadline_tells_what_is_left_or_how_late_it_is(left: timedelta, shown: str, state: str) -> None:
    assert ui.remaining(left) == shown
    assert ui.remaining_state(left) == state


def test_an_instant_in_the_past_is_late() -> None:
    assert ui.remaining_state(datetime(2020, 1, 1, tzinfo=UTC)) == "late"


def test_without_a_deadline_there_is_nothing_to_say() -> None:
    assert ui.remaining(None) == ""
    assert ui.remaining_state(None) == "none"


def test_a_link_keeps_the_filter_and_changes_the_page() -> None:
    request = RequestFactory().get("/list/", {"unit": "3", "page": "2"})

    assert ui.query_string({"request": request}, page=3) == "?unit=3&page=3"
    assert ui.query_string({"request": request}, page=None) == "?unit=3"


class FindingFilter(forms.Form):
    unit = forms.ChoiceField(label="Unit", choices=[("3", "Fleet 3"), ("4", "Fleet 4")], required=False)
    words = forms.CharField(label="Words", required=False)


def test_each_filter_chip_takes_off_one_condition_and_the_page() -> None:
    request = RequestFactory().get("/list/", {"unit": "3", "words": "late", "page": "4", "columns": "unit"})

    chips = ui.filter_chips({"request": request}, FindingFilter(request.GET))

    assert chips == [
        {"label": "Unit", "value": "Fleet 3", "url": "?words=late&columns=unit"},
        {"label": "Words", "value": "late", "url": "?unit=3&columns=unit"},
    ]


def test_a_refused_field_is_tied_to_its_help_and_error() -> None:
    class NoticeForm(forms.Form):
        fact = forms.CharField(help_text="What was seen.")

    html = ui.control(NoticeForm({"fact": ""})["fact"])

    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_fact_errors id_fact_help"' in html
    assert "is-invalid" in html


def test_an_unknown_icon_is_an_error_that_names_near_ones() -> None:
    with pytest.raises(TemplateSyntaxError, match=r"near: .*clock"):
        ui.icon("clok")


def test_an_icon_is_silent_unless_it_has_words() -> None:
    assert 'aria-hidden="true"' in ui.icon("clock")
    assert 'aria-label="Due"' in ui.icon("clock", label="Due")


def test_words_of_an_icon_are_escaped() -> None:
    assert "<b>" not in ui.icon("clock", label="<b>")


def test_chart_data_turns_not_a_number_into_null_and_cannot_end_the_block() -> None:
    text = ui.json_chart({"rows": [{"label": "</script>", "value": float("nan")}]}, "gap-data")

    assert '"value": null' in text
    assert text.count("</script>") == 1


def test_a_sparkline_leaves_a_gap_where_there_is_no_data() -> None:
    text = ui.sparkline([4.0, None, 4.2])

    assert text.count("M") == 2


def test_a_sparkline_of_nothing_says_so() -> None:
    assert "no data" in ui.sparkline([None, None])
