"""From draft to version and back: begin a change, publish, discard, rename, retire, files."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.errors import ActionNotAllowedError
from bihuan.foundation.views import ActionView, RecordView
from bihuan.instruments import editing, selectors
from bihuan.instruments.checking import Level, changes_of, remarks_on
from bihuan.instruments.files import body_from_file, file_text
from bihuan.instruments.forms.making import ConfirmForm, PublishForm, ReasonForm, RenameForm, ReplaceForm
from bihuan.instruments.models import FormDraft, Instrument
from bihuan.instruments.permissions import EDIT, PUBLISH, VIEW
from bihuan.instruments.services import (
    draft_discard,
    draft_publish,
    draft_save,
    draft_start,
    instrument_rename,
    instrument_retire,
)


class Start(ActionView[Instrument]):
    """Begin the next version, or go on with the one that is open."""

    required_permission = EDIT
    model = Instrument
    form_class = ConfirmForm
    title = _("Change this form")
    submit_label = _("Write the next version")

    def submit(self, form: Any) -> str:
        draft_start(instrument=self.record, actor=self.actor)
        return reverse("instruments:edit", kwargs={"pk": self.record.pk})


class WithDraft(ActionView[Instrument]):
    model = Instrument

    @property
    def draft(self) -> FormDraft:
        draft = selectors.draft_of(self.record)
        if draft is None:
            raise ActionNotAllowedError(_("This form has no open draft any more; it may have been published."))
        return draft


class Publish(WithDraft):
    required_permission = PUBLISH
    form_class = PublishForm
    template_name = "instruments/publish.html"
    title = _("Publish")
    submit_label = _("Publish")
    success_message = _("Published. Surveys can use this version from now on; it never changes again.")

    def initial(self) -> dict[str, Any]:
        draft = self.draft
        return {"revision": draft.revision, "note": "" if draft.based_on else _("first version")}

    def context(self) -> dict[str, Any]:
        draft = self.draft
        versions = selectors.versions_of(self.record)
        earlier = [(version.number, selectors.frozen_definition(version)) for version in versions]
        definition = editing.lenient(draft.body)
        library = selectors.library_words(selectors.library_of(self.record.org_path), definition)
        remarks = remarks_on(definition, earlier, library)
        return {
            **super().context(),
            "remarks": remarks,
            "stops": [remark for remark in remarks if remark.level is Level.STOP],
            "number": versions[0].number + 1 if versions else 1,
            "changes": changes_of(earlier[0][1], definition) if earlier else None,
            "overtaken": versions[0] if versions and versions[0] != draft.based_on else None,
            "may_edit": self.actor.can(EDIT, self.record.org_path),
            "cancel_url": reverse("instruments:edit", kwargs={"pk": self.record.pk}),
        }

    def act(self, record: Instrument, form: Any) -> None:
        stops = [remark for remark in remarks_on(editing.lenient(self.draft.body)) if remark.level is Level.STOP]
        if stops:
            raise ActionNotAllowedError(stops[0].text)
        values = form.cleaned_data
        draft_publish(draft=self.draft, actor=self.actor, revision=values["revision"], note=values["note"])


class Discard(WithDraft):
    required_permission = EDIT
    form_class = ReasonForm
    title = _("Discard the draft")
    submit_label = _("Discard")

    def context(self) -> dict[str, Any]:
        published = selectors.latest_version(self.record) is not None
        intro = (
            _("The changes since the last version are thrown away; the published versions stay.")
            if published
            else _("The form was never published: it disappears with its draft.")
        )
        return {**super().context(), "intro": intro, "danger": True}

    def submit(self, form: Any) -> str:
        left = draft_discard(draft=self.draft, actor=self.actor, reason=form.cleaned_data["reason"])
        return left.get_absolute_url() if left else reverse("instruments:instruments")


class Rename(ActionView[Instrument]):
    required_permission = EDIT
    model = Instrument
    form_class = RenameForm
    title = _("Rename")

    def initial(self) -> dict[str, Any]:
        return {"title": self.record.title}

    def act(self, record: Instrument, form: Any) -> None:
        instrument_rename(instrument=record, actor=self.actor, title=form.cleaned_data["title"])


class Retire(ActionView[Instrument]):
    """Off the list; nothing that used it changes."""

    required_permission = EDIT
    model = Instrument
    form_class = ReasonForm
    title = _("Retire this form")
    submit_label = _("Retire")
    is_retired = True

    def context(self) -> dict[str, Any]:
        intro = _("New surveys can no longer choose it; surveys that use it go on. It can be taken back any time.")
        return {**super().context(), "intro": intro if self.is_retired else ""}

    def act(self, record: Instrument, form: Any) -> None:
        reason = form.cleaned_data["reason"]
        instrument_retire(instrument=record, actor=self.actor, reason=reason, is_retired=self.is_retired)


class Revive(Retire):
    title = _("Take this form back into use")
    submit_label = _("Take back")
    is_retired = False


class Export(RecordView[Instrument]):
    """The form as a JSON file: the open draft, or the version asked for."""

    required_permission = VIEW
    model = Instrument

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        wanted = request.GET.get("version", "")
        draft = selectors.draft_of(self.record)
        if draft is not None and not wanted and self.actor.can(EDIT, self.record.org_path):
            body, mark = draft.body, f"draft-{draft.revision}"
        else:
            versions = selectors.versions_of(self.record)
            found = next((one for one in versions if not wanted or str(one.number) == wanted), None)
            if found is None:
                return HttpResponseRedirect(self.record.get_absolute_url())
            body, mark = editing.settled(found.body), f"v{found.number}"
        response = HttpResponse(file_text(body), content_type="application/json; charset=utf-8")
        name = f"{self.record.title}-{mark}.json"
        response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
        return response


class Replace(WithDraft):
    required_permission = EDIT
    form_class = ReplaceForm
    title = _("Replace the draft by a file")
    submit_label = _("Replace")

    def submit(self, form: Any) -> str:
        draft = self.draft
        body = body_from_file(form.cleaned_data["file"].read())
        draft_save(draft=draft, actor=self.actor, revision=draft.revision, body=body)
        return reverse("instruments:edit", kwargs={"pk": self.record.pk})
