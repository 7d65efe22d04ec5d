"""The main job by clicking: upload, columns, results, finding; and what happens with files that are no good."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bihuan.accounts.models import User
from bihuan.foundation.scope import actor_scope, system_scope
from bihuan.instruments.models import Response
from bihuan.records.models import Activity
from bihuan.records.selectors import activity_of
from bihuan.rectification.models import Finding
from bihuan.surveys import services, tasks
from bihuan.surveys.models import SurveyImport
from bihuan.surveys.permissions import IMPORT, VIEW
from bihuan.surveys.urls import urlpatterns
from tests.db.surveys.conftest import csv_file, kiosk, kiosk_codebook
from tests.kit import World, make_user

# Pages of an imported survey; those of other records have their own fences.
WITH_RECORD = [
    str(getattr(pattern, "name", "")) for pattern in urlpatterns if str(pattern.pattern).startswith("<int:pk>/")
]


@pytest.fixture
def clicks(office: Any) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=office.user_id))
    client.cookies["django_language"] = "en"
    return client


def send(clicks: Client, world: World, content: bytes, name: str = "survey.csv", **more: Any) -> Any:
    file = SimpleUploadedFile(name, content)
    return clicks.post(reverse("surveys:upload"), {"file": file, "unit": world.company.pk, **more})


def only_survey() -> SurveyImport:
    with system_scope("setup"):
        return SurveyImport.objects.get()


def mapping_form(page: Any) -> dict[str, Any]:
    """What a browser would send back of the mapping page without a change."""
    forms = page.context["forms"]
    data: dict[str, Any] = {}
    for form in forms.all:
        for field in form:
            value = field.value()
            if value is True:
                data[field.html_name] = "on"
            elif value not in {None, False}:
                data[field.html_name] = str(value)
    return data


def content_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


def brought(clicks: Client, world: World) -> SurveyImport:
    send(clicks, world, csv_file(120).getvalue())
    address = reverse("surveys:mapping", kwargs={"pk": only_survey().pk})
    clicks.post(address, {**mapping_form(clicks.get(address)), "then": "import"})
    return only_survey()


def test_upload_columns_import_results(world: World, clicks: Client) -> None:
    answer = send(clicks, world, csv_file(120).getvalue())
    survey = only_survey()
    assert answer.url == survey.get_absolute_url()
    mapping = clicks.get(answer.url, follow=True)
    assert mapping.redirect_chain[-1][0] == reverse("surveys:mapping", kwargs={"pk": survey.pk})
    data = {**mapping_form(mapping), "title": "春季调查", "period_from": "2026-03-01", "period_to": "2026-03-31"}

    done = clicks.post(mapping.redirect_chain[-1][0], {**data, "then": "import"}, follow=True)

    assert done.status_code == 200
    text = done.content.decode()
    assert "春季调查" in text
    assert only_survey().state == "imported"
    order = [text.index(f'id="{part}"') for part in ("how-good", "where", "matters", "say", "to-do")]
    assert order == sorted(order)
    assert str(only_survey().headline_text)[:20] in text.replace("&quot;", '"')


def test_columns_are_saved_without_importing(world: World, clicks: Client) -> None:
    send(clicks, world, csv_file().getvalue())
    address = reverse("surveys:mapping", kwargs={"pk": only_survey().pk})
    data = mapping_form(clicks.get(address))

    clicks.post(address, {**data, "title": "x", "c4-dimension": "礼貌", "c5-use": "ignore", "then": "save"})

    survey = only_survey()
    with system_scope("setup"):
        actions = [line.action for line in activity_of(survey)]
    assert actions == ["edit", "read", "upload"]
    assert (survey.state, survey.title) == ("proposed", "x")
    assert survey.plan.use("polite1").dimension == "礼貌"
    assert survey.plan.use("polite2").role.value == "ignore"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"c2-scale": "five"}, "scale"),
        ({"c2-scale": ""}, "scale"),
        ({"c2-scale": "5–1"}, "scale"),
        ({"c2-use": "functional", "c2-scale": "1–7"}, "scale"),
    ],
)
def test_a_column_that_makes_no_sense_is_marked_at_its_field(
    world: World, clicks: Client, change: dict[str, str], field: str
) -> None:
    send(clicks, world, csv_file().getvalue())
    address = reverse("surveys:mapping", kwargs={"pk": only_survey().pk})

    answer = clicks.post(address, {**mapping_form(clicks.get(address)), **change, "then": "import"})

    assert answer.status_code == 422
    assert field in answer.context["forms"].columns[2].errors
    assert only_survey().state == "proposed"


def test_free_text_mapped_to_a_scale_names_the_line_and_imports_nothing(world: World, clicks: Client) -> None:
    send(clicks, world, csv_file().getvalue())
    address = reverse("surveys:mapping", kwargs={"pk": only_survey().pk})
    change = {"c7-use": "item", "c7-scale": "1-5", "then": "import"}

    answer = clicks.post(address, {**mapping_form(clicks.get(address)), **change})

    assert answer.status_code == 422
    assert "line 2" in answer.content.decode()
    assert "Nothing was imported" in answer.content.decode()
    with system_scope("setup"):
        assert Response.objects.count() == 0


def workbook(cells: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("answers", 0)
    for row in cells:
        sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def bomb() -> bytes:
    buffer = io.BytesIO(workbook([["a"], [1]]))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet9.xml", b"0" * 30_000_000)
    return buffer.getvalue()


BAD = {
    "ragged rows": ("a.csv", b"a,b\n1,2\n1,2,3\n", "line 3"),
    "duplicate headings": ("a.csv", b"a,a\n1,2\n", "same heading"),
    "wrong encoding": ("a.csv", b"a,b\n1,\xff\xfe\n", "neither UTF-8 nor GB18030"),
    "a zero byte": ("a.csv", b"a,b\n1,\x00\n", "not a text file"),
    "an empty file": ("a.csv", b"", "empty"),
    "headings only": ("a.csv", b"a,b\n", "no answers"),
    "a formula": ("a.xlsx", workbook([["a", "b"], [1, "=1+1"]]), "B2"),
    "a bomb": ("a.xlsx", bomb(), "unpack"),
    "no workbook": ("a.xlsx", b"nothing", "not an XLSX file"),
    "no SPSS file": ("a.sav", b"nothing at all", "not an SPSS file"),
    "an old workbook": ("a.xls", b"\xd0\xcf\x11\xe0", "old or password-protected"),
    "another kind": ("a.pdf", b"%PDF-1.4", "not a kind of file"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_gets_one_clear_message_and_leaves_no_trace(world: World, clicks: Client, case: str) -> None:
    earlier = brought(clicks, world)
    name, content, said = BAD[case]

    answer = send(clicks, world, content, name)

    assert answer.status_code == 422
    errors = answer.context["form"].errors["file"]
    assert len(errors) == 1
    assert said in errors[0]
    assert only_survey() == earlier
    with system_scope("setup"):
        assert Response.objects.count() == 120


def test_a_bad_codebook_is_named_as_such(world: World, clicks: Client) -> None:
    book = SimpleUploadedFile("book.csv", b"x,y\n1,2\n")

    answer = send(clicks, world, csv_file().getvalue(), codebook=book)

    assert list(answer.context["form"].errors) == ["codebook"]


def test_two_hundred_megabytes_are_refused_before_they_are_read(
    world: World, clicks: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed: list[str] = []
    monkeypatch.setattr("bihuan.surveys.views.imports.swallow", lambda request: passed.append(request.path))

    answer = clicks.generic(
        "POST",
        reverse("surveys:upload"),
        b"--x",
        "multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(200 * 1024 * 1024),
    )

    assert answer.status_code == 413
    assert "200 MB" in answer.content.decode()
    assert "100 MB" in answer.content.decode()
    assert passed == [reverse("surveys:upload")]


def test_upload_without_the_token_of_the_page_is_refused(world: World, office: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(pk=office.user_id))

    assert send(client, world, csv_file().getvalue()).status_code == 403


def test_the_same_file_is_recognised_on_the_page(world: World, clicks: Client) -> None:
    first = brought(clicks, world)
    send(clicks, world, csv_file(120).getvalue(), "again.csv")
    with system_scope("setup"):
        again = SurveyImport.objects.exclude(pk=first.pk).get()
    address = reverse("surveys:mapping", kwargs={"pk": again.pk})

    page = clicks.get(address)
    answer = clicks.post(address, {**mapping_form(page), "then": "import"})

    assert first.get_absolute_url() in page.content.decode()
    assert answer.status_code == 409
    assert first.get_absolute_url() in answer.content.decode()
    with system_scope("setup"):
        assert Response.objects.count() == 120


def test_a_finding_is_raised_from_a_group_row_with_its_unit_and_frozen_figures(world: World, clicks: Client) -> None:
    survey = brought(clicks, world)
    page = clicks.get(survey.get_absolute_url())
    row = page.context["where"][0]["first"]["rows"][-1]
    assert row["group"] == "South"

    form = clicks.get(row["raise_url"], follow=True)
    given = form.context["form"].initial
    clicks.post(
        reverse("rectification:finding-raise"),
        {name: given[name] for name in ("title", "fact", "severity", "unit", "evidence")},
    )

    with system_scope("setup"):
        finding = Finding.objects.get()
    assert finding.unit == world.south
    assert finding.source == survey.reference
    assert finding.evidence["figures"][0]["n"] == 60
    assert finding.evidence["figures"][0]["low"] is not None
    shown = clicks.get(survey.get_absolute_url()).context["where"][0]["first"]["rows"][-1]
    assert [one["number"] for one in shown["found"]] == [finding.number]


def test_every_row_that_offers_a_finding_leads_to_a_filled_form(world: World, office: Any, clicks: Client) -> None:
    with actor_scope(office):
        survey = services.survey_bring(
            actor=office,
            unit=world.company,
            name="kiosk.csv",
            content=kiosk(),
            codebook_name="kiosk_codebook.csv",
            codebook=kiosk_codebook(),
        )
    page = clicks.get(survey.get_absolute_url())
    tables = [*page.context["how_good"], *page.context["what_matters"]]
    firsts = [next(row for row in table["rows"] if row["raise_url"]) for table in tables if table["has_links"]]
    firsts += page.context["what_to_do"]
    assert len(firsts) > 6

    for row in firsts:
        form = clicks.get(row["raise_url"], follow=True)
        assert form.status_code == 200
        assert form.context["form"].initial["fact"]
        assert form.context["evidence"]["figures"][0]["n"] > 0


def test_results_page_does_not_ask_for_the_answers(
    world: World, clicks: Client, django_assert_max_num_queries: Any
) -> None:
    survey = brought(clicks, world)

    with django_assert_max_num_queries(40) as asked:
        assert clicks.get(survey.get_absolute_url()).status_code == 200

    assert not [query["sql"] for query in asked.captured_queries if "instruments_response" in query["sql"]]


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("report-html", b"<!doctype html>"),
        ("report-xlsx", b"PK"),
        ("results-json", b"{"),
        ("answers", b"\xef\xbb\xbfday"),
    ],
)
def test_downloads_give_what_they_say(world: World, clicks: Client, name: str, start: bytes) -> None:
    survey = brought(clicks, world)

    answer = clicks.get(reverse(f"surveys:{name}", kwargs={"pk": survey.pk}))

    content = content_of(answer)
    assert content.startswith(start)
    assert answer["Content-Disposition"].startswith("attachment")
    if name == "answers":
        assert content.count(b"\n") == 121


def test_comments_are_paged_and_searched(world: World, clicks: Client) -> None:
    survey = brought(clicks, world)
    address = reverse("surveys:comments", kwargs={"pk": survey.pk})

    everything, some = clicks.get(address), clicks.get(address, {"q": "晚点 110"})

    assert everything.context["page"].paginator.count == 12
    assert [row.text for row in some.context["page"]] == ["车晚点了 110"]


def test_no_write_of_the_whole_way_goes_past_the_log(world: World, clicks: Client) -> None:
    survey = brought(clicks, world)
    clicks.post(reverse("surveys:withdraw", kwargs={"pk": survey.pk}), {"reason": "x"})

    with system_scope("setup"):
        assert not Activity._base_manager.filter(action="unrecorded_write").exists()
        assert [line.action for line in activity_of(survey)] == ["withdraw", "finish", "confirm", "read", "upload"]


def test_withdrawn_survey_says_so_and_offers_no_findings(world: World, clicks: Client) -> None:
    survey = brought(clicks, world)

    clicks.post(reverse("surveys:withdraw", kwargs={"pk": survey.pk}), {"reason": "文件给错了"})
    page = clicks.get(survey.get_absolute_url())

    assert only_survey().state == "withdrawn"
    assert "文件给错了" in page.content.decode()
    assert all(not row["raise_url"] for row in page.context["what_to_do"])


def test_progress_page_renews_itself_without_script(
    world: World, clicks: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bihuan.surveys.services.uploading.AT_ONCE_BYTES", 10)
    answer = send(clicks, world, csv_file().getvalue())

    page = clicks.get(answer.url)
    tasks.read_file.func(only_survey().pk)
    asked = clicks.get(answer.url, headers={"HX-Request": "true"})

    assert page["Refresh"] == "5"
    assert 'hx-trigger="every 2s"' in page.content.decode()
    assert asked["HX-Redirect"] == answer.url


@pytest.mark.parametrize("name", WITH_RECORD)
def test_pages_of_a_survey_are_closed_to_strangers(world: World, office: Any, name: str) -> None:
    with actor_scope(office):
        survey = services.survey_bring(actor=office, unit=world.north, name="a.csv", content=csv_file())
    stranger, reader = Client(), Client()
    stranger.force_login(
        make_user("stranger", unit=world.south, permissions=[VIEW, IMPORT, "surveys.withdraw", "findings.raise"])
    )
    reader.force_login(make_user("reader", unit=world.north, permissions=["findings.view"]))
    address = reverse(f"surveys:{name}", kwargs={"pk": survey.pk})

    assert stranger.get(address).status_code == 404
    assert reader.get(address).status_code == 403
    assert Client().get(address).status_code == 302


def test_a_reader_sees_results_but_neither_imports_nor_raises(world: World, office: Any) -> None:
    with actor_scope(office):
        survey = services.survey_bring(actor=office, unit=world.north, name="a.csv", content=csv_file())
    reader = Client()
    reader.force_login(make_user("reader", unit=world.north, permissions=[VIEW]))

    page = reader.get(survey.get_absolute_url())

    assert page.status_code == 200
    assert not page.context["may_withdraw"]
    assert all(not row["raise_url"] for row in page.context["where"][0]["first"]["rows"])
    assert reader.get(reverse("surveys:upload")).status_code == 403
    assert reader.get(reverse("surveys:answers", kwargs={"pk": survey.pk})).status_code == 403


def test_empty_list_says_what_to_do_first(world: World, clicks: Client) -> None:
    page = clicks.get(reverse("surveys:imports"))

    assert "Import a survey file" in page.content.decode()
    assert reverse("surveys:upload") in page.content.decode()


def test_list_exports_what_is_filtered(world: World, clicks: Client) -> None:
    brought(clicks, world)

    answer = clicks.get(reverse("surveys:imports"), {"q": "survey", "export": "csv"})
    nothing = clicks.get(reverse("surveys:imports"), {"q": "elsewhere", "export": "csv"})

    assert content_of(answer).count(b"\n") == 2
    assert content_of(nothing).count(b"\n") == 1
