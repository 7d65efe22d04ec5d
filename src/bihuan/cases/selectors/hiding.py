"""Take out of words whoever they could give away: who complained, and colleagues it does not concern."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from bihuan.cases.models import Case, Complainant, StaffParty
from bihuan.cases.selectors.published import scrubbed
from bihuan.organisation.models import Person

GIVES_AWAY = ("name", "organisation", "phone", "email", "address")


class Words:
    """What is known of each case, asked once for all of them; ``of`` gives a text without it."""

    def __init__(self, known: Mapping[int, list[str]]) -> None:
        self.known = known

    def of(self, case: Case, text: str) -> str:
        return scrubbed(text, self.known.get(case.pk, ()))


def complainants_in(cases: Iterable[Case]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = Complainant.objects.filter(case__in=[case.pk for case in cases]).values_list("case", *GIVES_AWAY)
    for case, *values in rows:
        found[case] += [value for value in values if value]
    return found


def for_panel(cases: Iterable[Case]) -> Words:
    """A panel knows whom of the staff it judges, never who complained."""
    return Words(complainants_in(cases))


def for_staff(cases: Iterable[Case], person_id: int) -> Words:
    """Neither who complained nor other staff: those named in the case and everybody of the units responsible."""
    cases = list(cases)
    found = complainants_in(cases)
    others = StaffParty.objects.filter(case__in=[case.pk for case in cases]).exclude(person=person_id)
    for number, name, staff_number in others.values_list("case", "person__name", "person__staff_number"):
        found[number] += [name, staff_number]
    own = Person.objects.filter(pk=person_id).values_list("name", flat=True).first()
    names: dict[int, list[str]] = defaultdict(list)
    units = {case.unit_id for case in cases if case.unit_id is not None}
    for unit, name in Person.objects.filter(unit__in=units).exclude(name=own).values_list("unit", "name"):
        names[unit].append(name)
    for case in cases:
        found[case.pk] += names.get(case.unit_id or 0, [])
    return Words(found)
