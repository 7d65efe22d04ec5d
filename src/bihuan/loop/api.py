"""REST: the loop in figures, and the trail of one finding."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router
from ninja.errors import HttpError

from bihuan.foundation.api import Requires, answers, visible_or_404
from bihuan.foundation.middleware import actor_of
from bihuan.loop import schemas
from bihuan.loop.forms import start_of
from bihuan.loop.permissions import LOOP_VIEW
from bihuan.loop.selectors import LoopQuestion, loop_figures
from bihuan.organisation.models import OrgUnit
from bihuan.rectification.models import Finding
from bihuan.rectification.permissions import FINDINGS_VIEW
from bihuan.rectification.selectors import trail_of

router = Router(tags=["loop"])


@router.get("/figures", auth=Requires(LOOP_VIEW), response=answers(schemas.LoopOut))
def get_figures(request: HttpRequest, wanted: Query[schemas.LoopFilter]) -> Any:
    """Findings raised from ``since`` to ``until`` (days, inclusive); stages and open ends as they stand now."""
    actor = actor_of(request)
    unit = None
    if wanted.unit_id is not None:
        unit = OrgUnit.objects.for_permission(actor, LOOP_VIEW).filter(pk=wanted.unit_id).first()
        if unit is None:
            raise HttpError(404, "not found")
    since = start_of(wanted.since) if wanted.since else None
    until = start_of(wanted.until + timedelta(days=1)) if wanted.until else None
    now = timezone.now()
    figures = loop_figures(LoopQuestion(actor=actor, now=now, since=since, until=until, unit=unit))
    return schemas.figures_out(figures, now, since, until)


@router.get("/findings/{pk}/trail", auth=Requires(FINDINGS_VIEW), response=answers(list[schemas.TrailOut]))
def get_trail(request: HttpRequest, pk: int) -> Any:
    finding = visible_or_404(Finding.objects.all(), pk, actor_of(request), FINDINGS_VIEW)
    return schemas.trail_out(trail_of(finding, actor_of(request)))
