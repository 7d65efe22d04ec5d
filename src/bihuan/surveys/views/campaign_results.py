"""Results of a survey in the field: the page, its downloads, and what follows from a row."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _t

from bihuan.foundation.errors import DomainError
from bihuan.foundation.views import RecordView
from bihuan.organisation.models import OrgUnit
from bihuan.rectification.permissions import FINDINGS_RAISE, NEEDS_REGISTER
from bihuan.rectification.selectors import need_url, raise_url
from bihuan.surveys import selectors, services
from bihuan.surveys.models import Campaign
from bihuan.surveys.permissions import MANAGE, VIEW
from bihuan.surveys.selectors import tallies
from bihuan.surveys.statements import Key, Statement, key_from, statement_of
from bihuan.surveys.views.downloads import TYPES
from bihuan.surveys.views.frame import frame_of
from bihuan.surveys.views.parts import PartView

if TYPE_CHECKING:
    from bihuan.surveys.results.figures import Figures
    from bihuan.surveys.results.page import FieldResults
    from bihuan.surveys.results.stock import View

AXES = ("unit", "segment", "channel", "period")
QUOTES, QUOTES_PAGE = 6, 30
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PLACE = "@"  # begins what tells of which part of the answers a row speaks


def view_from(asked: Any) -> View:
    """Which answers an address asks for; what cannot be read means all."""
    from bihuan.surveys.results.stock import View

    unit = str(asked.get("unit", ""))
    return View(
        int(unit) if unit.isdigit() and len(unit) < 12 else 0,
        *(str(asked.get(axis, ""))[:40] for axis in ("segment", "channel", "period")),
    )


def query_of(view: View) -> str:
    return urlencode({axis: getattr(view, axis) for axis in view.axes})


class ResultsView(PartView):
    """A campaign whose results somebody may see: as a whole, or the part of a unit that takes part in it."""

    @cached_property
    def figures(self) -> Figures:
        from bihuan.surveys.results.figures import Figures

        return Figures(self.record, self.access, view_from(self.request.GET))

    def checked(self) -> Figures:
        """Figures that may be shown, or the reason why not."""
        self.figures.check()
        return self.figures

    def frame(self, title: str = "") -> dict[str, Any]:
        found = frame_of(self.record, self.actor, "campaign-results", title)
        if not title:
            found["breadcrumbs"][-1]["label"] = _t("Results")
        return found

    def address(self, name: str) -> str:
        return reverse(f"surveys:{name}", kwargs={"pk": self.record.pk})

    def with_view(self, name: str) -> str:
        query = query_of(self.figures.view)
        return f"{self.address(name)}?{query}" if query else self.address(name)

    def before_table(self, name: str) -> str:
        """The address of a page of this view up to where a table is named."""
        query = query_of(self.figures.view)
        return f"{self.address(name)}?{query}&" if query else f"{self.address(name)}?"

    def page(self, **given: Any) -> FieldResults:
        """The tables of this view, with what may be done from their rows."""
        from bihuan.surveys.results.page import page_of

        query = query_of(self.figures.view)
        may_raise = self.actor.can_somewhere(FINDINGS_RAISE)
        may_register = self.actor.can_somewhere(NEEDS_REGISTER)
        return page_of(
            self.figures,
            findings=selectors.findings_by_row(self.record),
            raise_at=self.address("campaign-raise") if may_raise else "",
            need_at=self.address("campaign-need") if may_register else "",
            place=(f"{PLACE}{query}",) if query else (),
            csv_at=self.before_table("campaign-table"),
            **given,
        )


class CampaignResults(ResultsView):
    """How good, where, what matters, what people say, what to do."""

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        figures = self.figures
        context = {**self.frame(), **self.counting()}
        if figures.stock.is_empty or not figures.stock.tally:
            return render(request, "surveys/field/results_empty.html", {**context, "is_stale": figures.stock.is_stale})
        refused = ""
        try:
            figures.check()
        except DomainError as error:
            refused = str(error.message)
        context |= {"filters": self.filters(), "view": figures.view, "refused": refused, "labels": figures.view_labels}
        if refused:
            return render(request, "surveys/field/results_empty.html", context)
        return render(request, "surveys/field/results.html", {**context, **self.shown()})

    def counting(self) -> dict[str, Any]:
        """How far the answers are counted, and what waits."""
        tally = self.figures.stock.tally
        return {
            "tally": tally,
            "waiting": tallies.waiting_answers(self.record, tally),
            "is_watching": self.record.state in {"open", "paused"},
            "query": query_of(self.figures.view),
            "may_recount": self.actor.can(MANAGE, self.record.org_path),
            "may_see_all": self.access.is_whole,
        }

    def filters(self) -> list[dict[str, Any]]:
        from bihuan.surveys.results.page import options

        return options(self.figures)

    def shown(self) -> dict[str, Any]:
        from bihuan.surveys.report.page import figures_of
        from bihuan.surveys.report.sections import definitions
        from bihuan.surveys.results.charts import field_charts
        from bihuan.surveys.results.sections import remark_tones

        campaign, figures = self.record, self.figures
        page = self.page(all_at=self.before_table("campaign-rows"), charts=field_charts(figures))
        analysis = figures.analysis
        return {
            "headlines": [str(note) for note in figures.first_sentences()],
            "figures": figures_of(analysis),
            "notes": [{"text": str(note), "is_warning": note.is_warning} for note in analysis.notes],
            "how_good": page.how_good(),
            "where": page.where(),
            "where_more": page.where_more(),
            "what_matters": page.what_matters(),
            "chosen": page.what_was_chosen(),
            "themes": page.themes(),
            "tones": remark_tones(figures),
            "quotes": tallies.quotes(campaign, figures.view, figures, most=QUOTES),
            "asks_consent": asks_consent(figures),
            "what_to_do": page.what_to_do(),
            "raised": selectors.raised_from(campaign).select_related("unit").order_by("-raised_at", "-pk")[:20],
            "needs": tallies.needs_from_campaign(campaign),
            "definitions": [*definitions(analysis), *field_definitions(figures)],
            "analysis": analysis,
            "n": figures.n,
            "has_quality": bool(figures.quality),
        }


def asks_consent(figures: Figures) -> bool:
    return any(one.item.permits == "quote" for one in figures.layout.questions.questions)


def field_definitions(figures: Figures) -> list[tuple[str, str]]:
    """How the figures of a survey in the field were made, beyond what holds for a file."""
    told = []
    design = figures.design
    if design.is_weighted:
        told.append(
            (
                _t("Weights"),
                _t(
                    "Stratified estimator: each segment's mean by its share of the business; the effective number of "
                    "answers enters shares, α and Kano."
                ),
            )
        )
    if design.is_clustered:
        told.append(
            (
                _t("Clusters"),
                _t(
                    "Answers from one vehicle, spot or interviewer resemble each other: intervals come from the spread "
                    "between clusters, t with their number less one."
                ),
            )
        )
    else:
        told.append((_t("Bootstrap"), _t("2,000 multinomial draws of the dimension's histogram, BCa limits: exact.")))
    if figures.drivers:
        told.append(
            (
                _t("Drivers"),
                _t("LMG shares of R² of the judgement of the whole; limits from Wishart draws of the covariance."),
            )
        )
    told.append(
        (
            _t("Small cells"),
            _t("Groups of fewer than %(few)d answers are hidden, and others with them where a total would tell.")
            % {"few": figures.fewest},
        )
    )
    return told


def as_download(response: HttpResponseBase, name: str) -> HttpResponseBase:
    header = content_disposition_header(as_attachment=True, filename=name)
    response["Content-Disposition"] = header or "attachment"
    return response


class CampaignReport(ResultsView):
    """Everything of a view as one file: to read, to calculate with, or for programs."""

    kind: ClassVar[str] = "html"

    def get(self, _request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        content = report_of(self.checked(), self.kind)
        return as_download(HttpResponse(content, content_type=TYPES[self.kind]), f"{self.figures.title}.{self.kind}")


def report_of(figures: Figures, kind: str) -> str | bytes:
    from bihuan.surveys.results.report import report_content

    return report_content(figures, kind)


class CampaignPrint(ResultsView):
    """The unit report or group report as A4 paper on the screen, to be printed."""

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        from bihuan.documents.services import html_build
        from bihuan.surveys.results.paper import paper_of

        document = paper_of(self.checked())
        context = {
            "record": self.record,
            "title": document.title,
            "paper": html_build(document),
            "back_url": self.with_view("campaign-results"),
            "docx_url": self.with_view("campaign-docx"),
            "pdf_url": self.with_view("campaign-pdf"),
        }
        return render(request, "surveys/field/paper_report.html", context)


class CampaignDocx(ResultsView):
    def get(self, _request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        from bihuan.documents.services import docx_build
        from bihuan.surveys.results.paper import paper_of

        document = paper_of(self.checked())
        return as_download(HttpResponse(docx_build(document), content_type=DOCX), f"{self.figures.title}.docx")


class CampaignPdf(ResultsView):
    def get(self, _request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        from bihuan.documents.services import pdf_build
        from bihuan.surveys.results.paper import paper_of

        document = paper_of(self.checked())
        return as_download(
            HttpResponse(pdf_build(document), content_type="application/pdf"), f"{self.figures.title}.pdf"
        )


class FromRow(ResultsView):
    """Hand a row over to another form: words, unit, and the figures as they are seen now."""

    def said(self) -> tuple[Statement, Key, Figures]:
        from bihuan.surveys.results.figures import Figures

        key = key_from(self.request.GET.get("row", ""))
        place = key[-1] if key and key[-1].startswith(PLACE) else ""
        asked = dict(part.split("=", 1) for part in place.removeprefix(PLACE).split("&") if "=" in part)
        figures = Figures(self.record, self.access, view_from(asked))
        figures.check()
        found = statement_of(figures.analysis, key[:-1] if place else key)
        if found is None:
            raise Http404
        return found, key, figures

    def unit_for(self, said: Statement, figures: Figures, permission: str) -> OrgUnit | None:
        """The unit whose row it is, else the one shown, else the survey's."""
        wanted = figures.unit_of_name.get(said.group, 0) if said.column == "unit" else figures.view.unit
        rows = OrgUnit.objects.for_permission(self.actor, permission)
        return rows.filter(pk=wanted or self.record.unit_id).first()

    def source(self, figures: Figures) -> str:
        return figures.title[:200]


class CampaignRaise(FromRow):
    def get(self, _request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        said, key, figures = self.said()
        part = f"{' · '.join(figures.view_labels)}: " if figures.view_labels else ""
        return HttpResponseRedirect(
            raise_url(
                title=f"{part}{said.title}"[:200],
                fact=_t("Survey “%(survey)s”: %(fact)s") % {"survey": self.source(figures), "fact": said.fact},
                unit=self.unit_for(said, figures, FINDINGS_RAISE),
                severity="major",
                dimension=said.dimension[:100],
                evidence={"figures": said.figures, "row": list(key)},
                source=self.record.reference,
                source_label=self.source(figures),
            )
        )


class CampaignNeed(FromRow):
    def get(self, _request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        said, key, figures = self.said()
        kano = next((row for row in figures.analysis.kano if key[:2] == ("kano", row.name)), None)
        return HttpResponseRedirect(
            need_url(
                title=said.title[:200],
                description=_t("Survey “%(survey)s”: %(fact)s") % {"survey": self.source(figures), "fact": said.fact},
                unit=self.unit_for(said, figures, NEEDS_REGISTER),
                source_kind="survey",
                customers=figures.segment_names.get(figures.view.segment, ""),
                dimension=said.dimension[:100],
                evidence={"figures": said.figures, "row": list(key)},
                kano_counts=kano.counts if kano else None,
                source=self.record.reference,
                source_label=self.source(figures),
            )
        )


class CampaignRemarks(ResultsView):
    """What people wrote and allowed to be quoted, by theme and tone."""

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        figures, asked = self.checked(), request.GET
        words, theme, tone = (asked.get(name, "").strip()[:100] for name in ("q", "theme", "tone"))
        rows: Any = tallies.quotable(self.record, figures.view, figures, words=words, theme=theme, tone=tone)
        context = {
            **self.frame(_t("What people say")),
            "page": Paginator(rows, QUOTES_PAGE).get_page(asked.get("page")),
            "words": words,
            "theme": theme,
            "tone": tone,
            "themes": tallies.theme_names(),
            "view": figures.view,
            "labels": figures.view_labels,
            "asks_consent": asks_consent(figures),
            "back_url": self.with_view("campaign-results"),
        }
        return render(request, "surveys/field/remarks.html", context)


class CampaignExplained(ResultsView):
    """A score explained by what is received, how it is received, expectations and image."""

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        from bihuan.surveys.results.explained import explanation_of

        figures = self.checked()
        context = {
            **self.frame(_t("Perceived quality")),
            "explained": explanation_of(figures, request.GET.get("score", "")),
            "view": figures.view,
            "labels": figures.view_labels,
            "back_url": self.with_view("campaign-results"),
        }
        return render(request, "surveys/field/explained.html", context)


class BackToResults(RecordView[Campaign]):
    """Acts by a button; whoever comes by an address is led back to the page."""

    required_permission = VIEW
    model = Campaign

    @property
    def results(self) -> str:
        query = self.request.GET.urlencode()
        address = reverse("surveys:campaign-results", kwargs={"pk": self.record.pk})
        return f"{address}?{query}" if query else address

    def get(self, _request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        return HttpResponseRedirect(self.results)

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        self.act(self.record)
        return HttpResponseRedirect(self.results)

    def act(self, campaign: Campaign) -> None:
        raise NotImplementedError


class CampaignCount(BackToResults, ResultsView):
    """Count now what the worker would count in a moment."""

    def act(self, campaign: Campaign) -> None:
        services.tally_refresh(campaign=campaign)


class CampaignRecount(BackToResults):
    """Count everything anew from the answers, in the background."""

    required_permission = MANAGE

    def act(self, campaign: Campaign) -> None:
        services.tally_rebuild_later(campaign=campaign, actor=self.actor)
        messages.success(self.request, _t("All answers are being counted anew; the page shows it when done."))


class CampaignCheck(BackToResults):
    """Compare the counts with the answers, in the background."""

    required_permission = MANAGE

    def act(self, campaign: Campaign) -> None:
        services.tally_check_later(campaign=campaign, actor=self.actor)
        messages.success(self.request, _t("The counts are being compared with the answers."))
