"""Public forms as the office keeps them: list, open, shut, stickers."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from bihuan.cases import permissions as may
from bihuan.cases.forms.doors import DoorForm, DoorsForm, SwitchForm
from bihuan.cases.models import IntakeDoor
from bihuan.cases.services.doors import door_open, door_set_open, doors_open
from bihuan.cases.tables.doors import DoorFilter, DoorTable
from bihuan.documents.services import SIZES, Sticker, StickerWords, sticker_sheet
from bihuan.foundation.errors import ActionNotAllowedError
from bihuan.foundation.views import ActionView, FormView, GatedView, ListPage

MOST_STICKERS = 400


class DoorList(ListPage[IntakeDoor]):
    template_name = "cases/public/doors.html"
    required_permission = may.CRITERIA
    model = IntakeDoor
    table_class = DoorTable
    filterset_class = DoorFilter
    title = _("Public forms")
    empty_hint = _("Open one for the website, then one for every vehicle or line, with its QR sticker.")
    create_url_name, create_label, create_permission = "cases:door-open", _("Open a form"), may.CRITERIA

    def rows(self) -> QuerySet[IntakeDoor]:
        return super().rows().select_related("desk", "asset")


class DoorOpen(FormView):
    required_permission = may.CRITERIA
    form_class = DoorForm
    title, submit_label = _("Open a form"), _("Open form")

    def submit(self, form: Any) -> str:
        door_open(actor=self.actor, **form.cleaned_data)
        return reverse("cases:doors")


class DoorsOpen(FormView):
    required_permission = may.CRITERIA
    form_class = DoorsForm
    title, submit_label = _("Open forms for many"), _("Open forms")

    def submit(self, form: Any) -> str:
        doors_open(actor=self.actor, desk=form.cleaned_data["desk"], assets=form.assets())
        return reverse("cases:doors")


class DoorSwitch(ActionView[IntakeDoor]):
    required_permission = may.CRITERIA
    model = IntakeDoor
    form_class = SwitchForm
    title, submit_label = _("Open or shut"), _("Save")

    def initial(self) -> dict[str, Any]:
        return {"is_active": self.record.is_active}

    def act(self, record: IntakeDoor, form: Any) -> None:
        door_set_open(actor=self.actor, door=record, **form.cleaned_data)


class DoorStickers(GatedView):
    """The stickers of all open forms that stand at a vehicle, line or counter."""

    required_permission = may.CRITERIA

    def get(self, request: HttpRequest) -> HttpResponseBase:
        rows = IntakeDoor.objects.for_permission(self.actor, may.CRITERIA).filter(is_active=True, asset__isnull=False)
        doors = list(rows.select_related("asset", "desk").order_by("asset__kind", "asset__code")[: MOST_STICKERS + 1])
        if not doors:
            raise ActionNotAllowedError(_("No form stands at a vehicle, line or counter yet."))
        if len(doors) > MOST_STICKERS:
            raise ActionNotAllowedError(_t("More than %(most)s stickers.") % {"most": MOST_STICKERS})
        stickers = [
            Sticker(
                request.build_absolute_uri(reverse("publiccases:form", kwargs={"code": door.code})),
                door.asset.code if door.asset else "",
                door.asset.name if door.asset else "",
            )
            for door in doors
        ]
        words = StickerWords(doors[0].desk.name, "意见投诉，扫码告诉我们", "Scan to tell us what happened")
        size = SIZES.get(request.GET.get("size", ""), SIZES["70x99"])
        response = HttpResponse(sticker_sheet(stickers, words=words, size=size), "application/pdf")
        response["Content-Disposition"] = content_disposition_header(False, "stickers.pdf") or "inline"
        return response
