"""Pages of a survey that whoever sees only a part of it may open: as a whole, or the part of their units."""

from __future__ import annotations

from functools import cached_property

from bihuan.foundation.views import RecordView
from bihuan.surveys.models import Campaign
from bihuan.surveys.permissions import VIEW
from bihuan.surveys.results.access import Access, opened


class PartView(RecordView[Campaign]):
    """A survey as far as the right on its unit, or on a unit that takes part in it, goes."""

    required_permission = VIEW
    model = Campaign

    @cached_property
    def record(self) -> Campaign:
        return self.found[0]

    @property
    def access(self) -> Access:
        return self.found[1]

    @property
    def part(self) -> tuple[str, ...] | None:
        """The paths of the units shown; None for all."""
        return None if self.access.is_whole else self.access.paths

    @cached_property
    def found(self) -> tuple[Campaign, Access]:
        return opened(self.actor, self.kwargs["pk"])
