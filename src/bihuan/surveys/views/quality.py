"""Answer quality of one survey: what was flagged and why, the rules, and what a person takes out of the figures."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from django_tables2 import RequestConfig

from bihuan.foundation.errors import ActionNotAllowedError
from bihuan.foundation.scope import system_scope
from bihuan.foundation.tables import export_response
from bihuan.foundation.views import ActionView, RecordPage
from bihuan.instruments.models import Response
from bihuan.organisation.models import OrgUnit
from bihuan.surveys.forms import PressForm
from bihuan.surveys.forms.quality import ExcludeForm, RestoreForm, RulesForm
from bihuan.surveys.models import Campaign, Door, ExcludedAnswer, QualityCheck, ResponseFlag
from bihuan.surveys.permissions import EXPORT, MANAGE
from bihuan.surveys.presenting.quality import answer_rows, cluster_rows, figure_rows, rule_rows
from bihuan.surveys.selectors import quality as selectors
from bihuan.surveys.services import answer_quality as services
from bihuan.surveys.tables.quality import FlaggedTable, filter_of
from bihuan.surveys.views.frame import frame_of
from bihuan.surveys.views.parts import PartView

FIRST, PAGE, LIMIT = 10, 50, 100_000


class QualityView(PartView):
    """Flagged answers of the units somebody sees; what a check found in the whole only for whoever sees the whole."""

    @cached_property
    def is_hidden(self) -> bool:
        """Of an anonymous survey nobody learns which unit a single answer came from, its head neither."""
        return self.record.is_anonymous and not self.access.is_whole

    def flagged(self) -> QuerySet[ResponseFlag]:
        rows = selectors.flagged_of(self.record, self.actor)
        return rows.none() if self.is_hidden else rows

    @cached_property
    def check(self) -> QualityCheck | None:
        with system_scope("survey_results"):
            return selectors.check_of(self.record)

    def table(self, rows: Any, check: Any, *, may_exclude: bool = True, **more: Any) -> FlaggedTable:
        campaign = self.record
        clusters = [one["cluster"] for one in check.found.get("clusters", ())] if check else []
        return FlaggedTable(
            rows,
            units=dict(OrgUnit.objects.values_list("org_path", "name")),
            names=selectors.cluster_names(clusters),
            channels=dict(Door.Kind.choices),
            is_anonymous=campaign.is_anonymous,
            may_open=self.actor.can(EXPORT, campaign.org_path),
            may_exclude=may_exclude and self.actor.can(MANAGE, campaign.org_path),
            **more,
        )


class CampaignQuality(QualityView):
    """What the last check found, and what it would change."""

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        campaign, check = self.record, self.check
        rows = self.flagged().order_by("-count", "response_id")
        shown = rows.count()
        table = self.table(rows[:FIRST], check, may_exclude=False, orderable=False)
        context = {
            **frame_of(campaign, self.actor, "campaign-quality", pgettext("page of a survey", "Answer quality")),
            "check": check,
            "flagged": shown,
            "table": table,
            "more": max(0, shown - FIRST),
            **(self.of_the_whole(check, shown) if self.access.is_whole else {"is_part": True}),
            "excluded": [] if self.is_hidden else selectors.excluded_of(campaign, self.actor)[:PAGE],
            "is_hidden": self.is_hidden,
            "may_open": self.actor.can(EXPORT, campaign.org_path),
        }
        return render(request, "surveys/quality/overview.html", context)

    def of_the_whole(self, check: QualityCheck | None, shown: int) -> dict[str, Any]:
        if check is None:
            return {}
        return {
            "share": shown / check.checked if check.checked else None,
            "rules": rule_rows(check, services.thresholds_of(check.rules)),
            "figures": figure_rows(check),
            "clusters": cluster_rows(check),
        }


class FlaggedAnswers(QualityView):
    """All flagged answers: filter, page, export, and taking several out at once."""

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        campaign, check = self.record, self.check
        rows = self.flagged()
        filterset = filter_of(request, rows, is_anonymous=campaign.is_anonymous)
        table = self.table(filterset.qs, check)
        table.choose_columns(request.GET.getlist("columns"))
        wanted = request.GET.get("export")
        if wanted in {"csv", "xlsx"}:
            return export_response(table, wanted, _t("Flagged answers"), LIMIT)
        RequestConfig(request, paginate={"per_page": PAGE, "silent": True}).configure(table)
        frame = frame_of(campaign, self.actor, "campaign-quality", _t("Flagged answers"))
        acts = [
            {
                "label": _t("Take out of the figures"),
                "url": reverse("surveys:answers-exclude", kwargs={"pk": campaign.pk}),
                "icon": "eye-off",
            }
        ]
        context = {
            **frame,
            "table": table,
            "filter": filterset,
            "bulk_actions": acts if frame["may_manage"] else [],
            "empty_hint": _t("No answer carries a sign of careless answering."),
        }
        return render(request, "surveys/quality/flagged.html", context)


class QualityCheckNow(ActionView[Campaign]):
    required_permission = MANAGE
    model = Campaign
    form_class = PressForm
    title, submit_label = _("Check the answers"), _("Check now")
    success_message = _("The answers are being checked; the page shows the result when it is there.")

    def submit(self, form: Any) -> str:
        services.check_ask(campaign=self.record, actor=self.actor)
        return reverse("surveys:campaign-quality", kwargs={"pk": self.record.pk})


class QualityRules(ActionView[Campaign]):
    required_permission = MANAGE
    model = Campaign
    form_class = RulesForm
    template_name = "surveys/quality/rules.html"
    title, submit_label = _("Rules of answer quality"), _("Make a new version and check")
    success_message = _("The rules are changed; all answers are being checked by them.")

    def queryset(self) -> QuerySet[Campaign]:
        return Campaign.objects.select_related("unit", "version_of_form__instrument")

    @cached_property
    def in_force(self) -> Any:
        return services.rules_in_force(campaign=self.record)

    def form_arguments(self) -> dict[str, Any]:
        return {"thresholds": services.thresholds_of(self.in_force)}

    def initial(self) -> dict[str, Any]:
        return {}

    def context(self) -> dict[str, Any]:
        frame = frame_of(self.record, self.actor, "campaign-quality", _t("Rules of answer quality"))
        return {
            **frame,
            "in_force": self.in_force,
            "versions": selectors.rule_sets_of(self.record),
            "cancel_url": reverse("surveys:campaign-quality", kwargs={"pk": self.record.pk}),
        }

    def submit(self, form: Any) -> str:
        services.rules_change(
            campaign=self.record, actor=self.actor, rules=form.rules(), reason=form.cleaned_data["reason"]
        )
        return reverse("surveys:campaign-quality", kwargs={"pk": self.record.pk})


class AnswersExclude(ActionView[Campaign]):
    """Several flagged answers at once; the first post brings the choice, the second the reason."""

    required_permission = MANAGE
    model = Campaign
    form_class = ExcludeForm
    template_name = "surveys/quality/exclude.html"
    title, submit_label = _("Take answers out of the figures"), _("Take out")
    success_message = _("Taken out. The answers stay and can be brought back; the figures follow within a minute.")

    def initial(self) -> dict[str, Any]:
        return {"answers": ",".join(self.request.GET.getlist("answers"))}

    def context(self) -> dict[str, Any]:
        return {
            **frame_of(self.record, self.actor, "campaign-quality", str(self.title)),
            "chosen": self.chosen,
            "cancel_url": reverse("surveys:campaign-quality", kwargs={"pk": self.record.pk}),
        }

    @cached_property
    def chosen(self) -> int:
        given = self.request.POST.getlist("selection") or self.request.POST.get("answers", "").split(",")
        return sum(part.strip().isdigit() for part in given)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.record  # noqa: B018  asks for the right before anything is shown
        if "reason" in request.POST:
            return super().post(request, *args, **kwargs)
        chosen = [part for part in request.POST.getlist("selection") if part.isdigit()]
        return self.show(ExcludeForm(initial={"answers": ",".join(chosen)}))

    def submit(self, form: Any) -> str:
        given = form.cleaned_data
        services.answers_exclude(
            campaign=self.record, numbers=given["answers"], actor=self.actor, reason=given["reason"]
        )
        return reverse("surveys:campaign-quality", kwargs={"pk": self.record.pk})


class AnswerPage(RecordPage[Response]):
    """One answer in words. Of an anonymous survey nothing is said of where and when it came."""

    required_permission = EXPORT
    model = Response
    template_name = "surveys/quality/answer.html"

    @cached_property
    def campaign(self) -> Campaign:
        found = selectors.campaign_of(self.record)
        if found is None:
            raise ActionNotAllowedError(_t("This answer belongs to no survey in the field."))
        return found

    def context(self) -> dict[str, Any]:
        response, campaign = self.record, self.campaign
        flag = selectors.flagged_of(campaign, self.actor).filter(response=response).first()
        excluded = ExcludedAnswer.objects.filter(response=response).first()
        cluster = str(response.context.get("cluster") or "")
        names = selectors.cluster_names([cluster])
        frame = frame_of(campaign, self.actor, "campaign-quality", _t("One answer"))
        facts: list[tuple[str, Any]] = [(_t("form"), str(response.version))]
        if not campaign.is_anonymous:
            facts += [
                (_t("answer number"), response.pk),
                (_t("day"), response.business_date),
                (_t("channel"), dict(Door.Kind.choices).get(response.channel, response.channel)),
                (_t("unit"), self.unit_name(response)),
                (_t("place or interviewer"), names.get(cluster, "—")),
                (_t("seconds taken"), response.context.get("seconds") or "—"),
            ]
        return {
            **frame,
            "answer": response,
            "facts": facts,
            "rows": answer_rows(response),
            "reasons": selectors.flags_in_words(flag.flags, is_anonymous=campaign.is_anonymous, names=names)
            if flag
            else [],
            "excluded": excluded,
        }

    @staticmethod
    def unit_name(response: Response) -> str:
        unit = OrgUnit.objects.filter(org_path=response.org_path).first()
        return unit.name if unit else "—"


class AnswerRestore(ActionView[ExcludedAnswer]):
    required_permission = MANAGE
    model = ExcludedAnswer
    form_class = RestoreForm
    title, submit_label = _("Let the answer count again"), _("Bring back")
    success_message = _("The answer counts again; the figures follow within a minute.")

    def queryset(self) -> QuerySet[ExcludedAnswer]:
        return ExcludedAnswer.objects.select_related("campaign")

    def context(self) -> dict[str, Any]:
        reason = _t("Taken out by %(name)s: %(reason)s") % {
            "name": self.record.excluded_by_name,
            "reason": self.record.reason,
        }
        return {"intro": reason, "cancel_url": self.back()}

    def back(self) -> str:
        return reverse("surveys:campaign-quality", kwargs={"pk": self.record.campaign_id})

    def submit(self, form: Any) -> str:
        back = self.back()
        services.answer_restore(excluded=self.record, actor=self.actor, reason=form.cleaned_data["reason"])
        return back
