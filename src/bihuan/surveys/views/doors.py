"""Ways into a survey."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from bihuan.documents.services import qr_drawings
from bihuan.foundation.tables import BaseTable
from bihuan.foundation.views import ActionView, RecordListPage, RecordPage
from bihuan.surveys.forms import campaigns as plain
from bihuan.surveys.forms import doors as forms
from bihuan.surveys.models import Campaign, Door
from bihuan.surveys.permissions import MANAGE
from bihuan.surveys.selectors import campaigns as selectors
from bihuan.surveys.services import doors as services
from bihuan.surveys.services.fielding import LIVING
from bihuan.surveys.tables.doors import DoorFilter, DoorTable
from bihuan.surveys.views.fielding import crumbs
from bihuan.surveys.views.frame import address, frame_of


class DoorList(RecordListPage[Campaign]):
    required_permission = MANAGE
    model = Campaign
    table_class = DoorTable
    filterset_class = DoorFilter
    template_name = "surveys/field/doors.html"
    title = _("Ways in")
    empty_hint = _("Nobody can answer yet. Add a link, or codes for a whole fleet.")

    def rows(self) -> QuerySet[Door]:
        return Door.objects.filter(campaign=self.record).select_related("unit", "asset__unit")

    def prepare(self, table: BaseTable) -> None:
        page = getattr(table, "page", None)
        doors = [row.record for row in (page.object_list if page else table.rows)]
        table.counts = selectors.answers_by_door(self.record, doors)
        table.base = self.request.build_absolute_uri("/").rstrip("/")

    def context(self) -> dict[str, Any]:
        campaign = self.record
        is_living = campaign.state in LIVING
        switch = address("campaign-doors-switch", campaign)
        return {
            **frame_of(campaign, self.actor, "campaign-doors", str(self.title)),
            "is_living": is_living,
            "create_url": address("door-new", campaign) if is_living else "",
            "create_label": _t("New way in"),
            "fleet_url": address("campaign-fleet", campaign) if is_living else "",
            "stickers_url": address("campaign-stickers", campaign),
            "bulk_actions": [
                {"label": _t("Shut"), "url": switch, "name": "off", "icon": "lock"},
                {"label": _t("Open"), "url": switch, "name": "on", "icon": "check"},
            ]
            if is_living
            else [],
        }


class DoorNew(ActionView[Campaign]):
    required_permission = MANAGE
    model = Campaign
    form_class = forms.DoorForm
    title, submit_label = _("New way in"), _("Add")

    def form_arguments(self) -> dict[str, Any]:
        return {"actor": self.actor, "campaign": self.record}

    def initial(self) -> dict[str, Any]:
        return {"kind": "link", **self.request.GET.dict()}

    def context(self) -> dict[str, Any]:
        return {
            "cancel_url": address("campaign-doors", self.record),
            "breadcrumbs": crumbs(self.record, "campaign-doors", _("Ways in")),
        }

    def submit(self, form: Any) -> str:
        return services.door_add(campaign=self.record, actor=self.actor, **form.values()).office_url


class FleetPage(ActionView[Campaign]):
    """A code for each of many assets in one act."""

    required_permission = MANAGE
    model = Campaign
    form_class = forms.FleetForm
    title, submit_label = _("QR codes for a fleet"), _("Make the codes")

    def form_arguments(self) -> dict[str, Any]:
        return {"actor": self.actor, "campaign": self.record}

    def initial(self) -> dict[str, Any]:
        return {}

    def context(self) -> dict[str, Any]:
        note = _t("Every chosen vehicle, line or counter gets a code of its own. Those that have one keep it.")
        return {
            "intro": note,
            "cancel_url": address("campaign-doors", self.record),
            "breadcrumbs": crumbs(self.record, "campaign-doors", _("Ways in")),
        }

    def submit(self, form: Any) -> str:
        made = services.doors_for_assets(campaign=self.record, actor=self.actor, **form.cleaned_data)
        note = _t("%(made)s codes made, %(there)s were there already, %(woken)s opened again.")
        messages.success(self.request, note % vars(made))
        return f"{address('campaign-doors', self.record)}?kind=qr"


class DoorsSwitch(ActionView[Campaign]):
    """The bulk bar of the list: open or shut what is ticked."""

    required_permission = MANAGE
    model = Campaign
    form_class = plain.PressForm
    title, submit_label = _("Ways in"), _("Shut")

    def submit(self, form: Any) -> str:
        given = self.request.POST
        ids = [int(key) for key in given.getlist("selection") if key.isdigit()]
        doors = list(Door.objects.filter(campaign=self.record, pk__in=ids))
        is_active = given.get("action") == "on"
        count = services.doors_switch(campaign=self.record, actor=self.actor, doors=doors, is_active=is_active)
        messages.success(self.request, ngettext("%(n)d changed.", "%(n)d changed.", count) % {"n": count})
        return address("campaign-doors", self.record)


class DoorPage(RecordPage[Door]):
    """One way in: its address, its QR code, what to copy, and what came through it."""

    required_permission = MANAGE
    model = Door
    template_name = "surveys/field/door.html"

    def queryset(self) -> QuerySet[Door]:
        return Door.objects.select_related("campaign", "unit", "asset__unit", "asset__line")

    def context(self) -> dict[str, Any]:
        door = self.record
        campaign = door.campaign
        url = self.request.build_absolute_uri(door.get_absolute_url())
        is_frame = door.kind == Door.Kind.FRAME
        snippet = f'<iframe src="{url}" title="{campaign.title}" width="100%" height="900" loading="lazy"></iframe>'
        return {
            **frame_of(campaign, self.actor, "campaign-doors", door.title),
            "door": door,
            "address_url": url,
            "qr": qr_drawings([url], is_scalable=True)[0],
            "snippet": snippet if is_frame else "",
            "sites": campaign.frame_ancestors if is_frame else [],
            "answers": selectors.answers_by_door(campaign, [door]).get(door.pk, 0),
            "is_living": campaign.state in LIVING,
            "may_remove": campaign.state == "draft",
            "has_page": door.kind in PAGES,
            "paper_url": address("campaign-paper", campaign) if door.kind == Door.Kind.PAPER else "",
            "calls_url": address("campaign-calls", campaign) if door.kind == Door.Kind.PHONE else "",
            "mail_url": address("campaign-invitations", campaign) if door.kind == Door.Kind.EMAIL else "",
        }


# Channels whose address somebody opens; letters, sheets and calls come by their own pages.
PAGES = {Door.Kind.LINK, Door.Kind.QR, Door.Kind.KIOSK, Door.Kind.FRAME}


class DoorAct(ActionView[Door]):
    required_permission = MANAGE
    model = Door

    def queryset(self) -> QuerySet[Door]:
        return Door.objects.select_related("campaign", "asset")

    def context(self) -> dict[str, Any]:
        door = self.record
        trail = [*crumbs(door.campaign, "campaign-doors", _("Ways in")), {"label": door.title, "url": door.office_url}]
        return {"cancel_url": door.office_url, "breadcrumbs": trail, "intro": door.title}


class DoorRename(DoorAct):
    form_class = forms.DoorNameForm
    title, submit_label = _("Rename"), _("Save")

    def initial(self) -> dict[str, Any]:
        return {"label": self.record.label}

    def submit(self, form: Any) -> str:
        return services.door_rename(door=self.record, actor=self.actor, **form.cleaned_data).office_url


class DoorOff(DoorAct):
    form_class = forms.DoorSwitchForm
    title, submit_label = _("Shut this way in"), _("Shut")

    def submit(self, form: Any) -> str:
        reason = form.cleaned_data["reason"]
        return services.door_switch(door=self.record, actor=self.actor, is_active=False, reason=reason).office_url


class DoorOn(DoorAct):
    form_class = plain.PressForm
    title, submit_label = _("Open this way in"), _("Open")

    def submit(self, form: Any) -> str:
        return services.door_switch(door=self.record, actor=self.actor, is_active=True).office_url


class DoorRemove(DoorAct):
    form_class = plain.PressForm
    title, submit_label = _("Remove this way in"), _("Remove")

    def submit(self, form: Any) -> str:
        campaign = services.door_remove(door=self.record, actor=self.actor)
        return address("campaign-doors", campaign)
