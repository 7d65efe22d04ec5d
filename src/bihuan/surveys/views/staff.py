"""Pages of the voice of staff: hand in, see one's own, answer."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.foundation.steps import Way, next_steps
from bihuan.foundation.views import ActionView, FormView, ListPage, RecordPage
from bihuan.rectification.models import Finding
from bihuan.rectification.permissions import FINDINGS_RAISE, NEEDS_REGISTER
from bihuan.rectification.selectors import need_url, needs_from, raise_url
from bihuan.surveys import permissions as may
from bihuan.surveys.forms import studies as forms
from bihuan.surveys.forms.campaigns import WhyForm
from bihuan.surveys.models import StaffVoice
from bihuan.surveys.selectors.staff import voices_for
from bihuan.surveys.services import staff as services
from bihuan.surveys.tables.studies import STAFF_LOOK, StaffFilter, StaffTable

STEPS = {
    "answer": Way(pgettext_lazy("staff step", "Answer"), "surveys:staff-voice-answer", "writing"),
    "reopen": Way(pgettext_lazy("staff step", "Reopen"), "surveys:staff-voice-reopen", "refresh", turns=True),
    "take_back": Way(
        pgettext_lazy("staff step", "Take back"), "surveys:staff-voice-take-back", "arrow-back-up", turns=True
    ),
}


class StaffVoiceList(ListPage[StaffVoice]):
    template_name = "surveys/studies/list.html"
    required_permission = may.STAFF_SPEAK
    model = StaffVoice
    table_class = StaffTable
    filterset_class = StaffFilter
    title = _("Voice of staff")
    empty_hint = _("What do you see every day that the office does not? Hand it in; it will be answered.")
    create_url_name, create_label, create_permission = "surveys:staff-voice-new", _("Hand in"), may.STAFF_SPEAK

    def rows(self) -> QuerySet[StaffVoice]:
        return voices_for(self.actor)

    def context(self) -> dict[str, Any]:
        query = self.request.GET.urlencode()
        views = [(_("All"), ""), (_("To be answered"), "state=handed_in"), (_("Taken up"), "verdict=taken_up")]
        return {
            "saved_views": [
                {"label": label, "url": f"{self.request.path}?{one}", "active": query == one} for label, one in views
            ]
        }


class StaffVoicePage(RecordPage[StaffVoice]):
    """Its author always sees it, whoever may see the register too."""

    required_permission = may.STAFF_SPEAK
    model = StaffVoice
    template_name = "surveys/studies/staff_voice.html"

    def queryset(self) -> QuerySet[StaffVoice]:
        return StaffVoice.objects.select_related("unit")

    @cached_property
    def record(self) -> StaffVoice:
        found = self.queryset().filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        own = found.speaker_id is not None and found.speaker_id == self.actor.user_id
        if not own and not self.actor.can(may.STAFF_VIEW, found.org_path):
            self.actor.require(may.STAFF_SPEAK if found.speaker_id is None else may.STAFF_VIEW, found.org_path)
        return found

    def context(self) -> dict[str, Any]:
        voice, actor = self.record, self.actor
        reference = voice.reference
        return {
            "title": str(voice),
            "look": STAFF_LOOK[voice.state],
            "steps": [step for step in next_steps(voice, actor, STEPS) if not step.refused],
            "findings": Finding.objects.filter(source_type=reference.label, source_id=reference.id),
            "needs": needs_from(reference),
            "finding_url": raise_url(
                title=voice.title, fact=voice.text, unit=voice.unit, source=reference, source_label=str(voice)[:200]
            )
            if actor.can_somewhere(FINDINGS_RAISE) and actor.can(may.STAFF_VIEW, voice.org_path)
            else "",
            "need_url": need_url(
                title=voice.title,
                description=voice.text,
                unit=voice.unit,
                source_kind="staff",
                source=reference,
                source_label=str(voice)[:200],
            )
            if actor.can_somewhere(NEEDS_REGISTER) and actor.can(may.STAFF_VIEW, voice.org_path)
            else "",
            "sees_records": actor.can(may.STAFF_VIEW, voice.org_path),
        }


class StaffVoiceNew(FormView):
    required_permission = may.STAFF_SPEAK
    form_class = forms.HandInForm
    title, submit_label = _("Hand in feedback or a suggestion"), _("Hand in")
    success_message = _("Handed in. It will be answered.")

    def submit(self, form: Any) -> str:
        voice = services.staff_voice_hand_in(actor=self.actor, **form.cleaned_data)
        return voice.get_absolute_url()


class StaffVoiceAct(ActionView[StaffVoice]):
    required_permission = may.STAFF_ANSWER
    model = StaffVoice
    form_class: type[Form] = WhyForm

    def queryset(self) -> QuerySet[StaffVoice]:
        return StaffVoice.objects.select_related("unit")


class StaffVoiceAnswer(StaffVoiceAct):
    form_class = forms.StaffAnswerForm
    title, submit_label = _("Answer the voice of staff"), pgettext_lazy("staff step", "Answer")

    def context(self) -> dict[str, Any]:
        return {**super().context(), "intro": self.record.text}

    def act(self, record: StaffVoice, form: Any) -> None:
        services.staff_voice_answer(actor=self.actor, voice=record, **form.cleaned_data)


class StaffVoiceTakeBack(StaffVoiceAct):
    required_permission = may.STAFF_SPEAK
    title, submit_label = _("Take it back"), pgettext_lazy("staff step", "Take back")

    def act(self, record: StaffVoice, form: Any) -> None:
        services.staff_voice_take_back(actor=self.actor, voice=record, **form.cleaned_data)


class StaffVoiceReopen(StaffVoiceAct):
    title, submit_label = _("Reopen it"), pgettext_lazy("staff step", "Reopen")

    def act(self, record: StaffVoice, form: Any) -> None:
        services.staff_voice_reopen(actor=self.actor, voice=record, **form.cleaned_data)
