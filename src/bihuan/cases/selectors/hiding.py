"""Take out of words whoever they could give away: who complained, and colleagues it does not concern."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from bihuan.cases.models import Case, Complainant, StaffParty
from bihuan.cases.selectors.published import scrubbed
from bihuan.organisation.models import Person

GIVES_AWAY = ("name", "organisation", "phone", "email", "address")


class Words:
    """What is known of each case, asked once for all of them; ``of`` gives a text without it."""

    def __init__(self, known: Mapping[int, Collection[str]]) -> None:
        self.known = known

    def of(self, case: Case, text: str) -> str:
        # A station has hundreds of names and a text holds two: only those are looked for closely.
        return scrubbed(text, [one for one in self.known.get(case.pk, ()) if one in text])


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
    found: dict[int, Collection[str]] = {}
    known = complainants_in(cases)
    others = StaffParty.objects.filter(case__in=[case.pk for case in cases]).exclude(person=person_id)
    for number, name, staff_number in others.values_list("case", "person__name", "person__staff_number"):
        known[number] += [name, staff_number]
    own = Person.objects.filter(pk=person_id).values_list("name", flat=True).first()
    paths = {case.unit.org_path for case in cases if case.unit is not None}
    staff = {path: set(Person.objects.filter(org_path__within=path).values_list("name", flat=True)) for path in paths}
    for case in cases:
        colleagues = staff[case.unit.org_path] if case.unit is not None else set()
        found[case.pk] = {*known[case.pk], *colleagues} - {own}
    return Words(found)
