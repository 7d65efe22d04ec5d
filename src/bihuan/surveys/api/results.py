"""REST: results of a survey in the field."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from bihuan.foundation.api import Requires, answers
from bihuan.foundation.middleware import actor_of
from bihuan.surveys.permissions import VIEW

router = Router()


class ViewIn(Schema):
    """Whose answers: of a unit and below, a segment, a channel, a month, week or day; left out: all."""

    unit: int = 0
    segment: str = ""
    channel: str = ""
    period: str = ""


@router.get("/campaigns/{pk}/results", auth=Requires(VIEW), response=answers(dict[str, Any]))
def get_campaign_results(request: HttpRequest, pk: int, view: Query[ViewIn]) -> Any:
    """Every figure with its interval and base, notes in both languages, and up to which answer was counted.

    409 before anything is counted, and for a group so small that people could be recognised. Whoever may see a part
    of the survey only gets theirs.
    """
    from bihuan.surveys.results.access import opened
    from bihuan.surveys.results.figures import Figures
    from bihuan.surveys.results.plain import figures_as_data
    from bihuan.surveys.results.stock import View

    campaign, access = opened(actor_of(request), pk)
    figures = Figures(campaign, access, View(**view.dict()))
    figures.check()
    return figures_as_data(figures)
