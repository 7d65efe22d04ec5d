"""What search finds of a case: never who complained."""

from __future__ import annotations

from bihuan.cases.models import Case, Incident
from bihuan.cases.permissions import VIEW
from bihuan.records.services import search_index


def case_index(case: Case) -> None:
    named = [case.line, case.asset, case.unit, case.theme]
    parts = [case.text, case.place, case.staff_said, case.answer, case.origin_id, *(str(one) for one in named if one)]
    search_index(
        record=case,
        number=case.number,
        title=case.title,
        text=" ".join(part for part in parts if part),
        permission=VIEW,
    )


def incident_index(incident: Incident) -> None:
    text = " ".join((incident.fact, incident.unit.name, incident.cause))
    search_index(record=incident, number=incident.number, title=incident.title, text=text, permission=VIEW)
