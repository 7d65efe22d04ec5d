"""The office side by clicking and by the API: a campaign from first to last, paper by keyboard, a call."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from bihuan.accounts.models import User
from bihuan.foundation.actor import Actor
from bihuan.foundation.scope import actor_scope
from bihuan.foundation.today import providers
from bihuan.instruments.models import Response
from bihuan.surveys.models import CallTask, Campaign, Contact, Door, PaperBatch, PaperSheet, Segment
from bihuan.surveys.permissions import FIELD, VIEW
from bihuan.surveys.services.sampling import sample_draw
from tests.db.surveys.field import make_bus, make_form, make_office, make_open
from tests.db.surveys.test_contacts import add
from tests.kit import World


def client_of(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id))
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def office(world: World) -> Actor:
    return make_office(world.company)


@pytest.fixture
def clicks(office: Actor) -> Client:
    return client_of(office)


def new_form(world: World, **more: Any) -> dict[str, Any]:
    return {
        "title": "Yearly",
        "unit": world.company.pk,
        "form": "template:common",
        "anonymity": "anonymous",
        "entry": "discourage",
        "target": 50,
        "target_basis": "unit",
        "small_cell": 5,
        "quarantine_days": 90,
        "reminders_allowed": 2,
        "resume_days": 14,
        "kiosk_seconds": 60,
        "double_entry_percent": 0,
        **more,
    }


def address(name: str, campaign: Campaign) -> str:
    return reverse(f"surveys:{name}", kwargs={"pk": campaign.pk})


def only() -> Campaign:
    return Campaign._base_manager.get()


def test_a_campaign_from_template_to_close(world: World, clicks: Client) -> None:
    for number in range(3):
        make_bus(world.north, f"B{number}")

    made = clicks.post(reverse("surveys:campaign-new"), new_form(world))
    campaign = only()
    assert made.url == campaign.get_absolute_url()
    assert "Before it opens" in clicks.get(made.url).content.decode()
    refused = clicks.post(address("campaign-open", campaign))
    assert refused.status_code == 409
    units = {f"unit{world.north.pk}": "on", f"target{world.north.pk}": "30"}
    clicks.post(address("campaign-units", campaign), units)
    clicks.post(address("segment-new", campaign), {"name": "Riders", "weight": "1", "share": "60"})
    clicks.post(address("quotas-generate", campaign), {"over_percent": "10"})
    clicks.post(address("campaign-fleet", campaign), {"kinds": ["vehicle"]})
    opened = clicks.post(address("campaign-open", campaign), follow=True)

    assert opened.status_code == 200
    assert only().state == "open"
    assert Segment._base_manager.get().sample_share == Decimal("0.6")
    listed = clicks.get(address("campaign-doors", campaign)).content.decode()
    assert listed.count("/s/") >= 3
    exported = clicks.get(address("campaign-doors", campaign) + "?export=csv")
    assert len(b"".join(exported.streaming_content).splitlines()) == 4
    for name in ("campaign", "campaign-units", "campaign-quotas", "campaign-invitations", "campaign-batches"):
        assert clicks.get(address(name, campaign)).status_code == 200
    clicks.post(address("campaign-pause", campaign), {"reason": "storm"})
    clicks.post(address("campaign-resume", campaign))
    clicks.post(address("campaign-close", campaign))
    read = clicks.post(address("campaign-results-read", campaign), follow=True)
    assert read.status_code == 200
    assert only().results_read_at is not None


def test_a_form_that_lacks_something_comes_back_with_the_place(world: World, clicks: Client) -> None:
    past = (timezone.localtime() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")

    answer = clicks.post(reverse("surveys:campaign-new"), new_form(world, closes_at=past, small_cell=2))

    assert answer.status_code == 422
    assert "small_cell" in answer.context["form"].errors or "closes_at" in answer.context["form"].errors
    assert not Campaign._base_manager.exists()


def test_what_is_fixed_stays_although_it_was_posted(world: World, office: Actor, clicks: Client) -> None:
    with actor_scope(office):
        campaign, _door = make_open(office, world.company)

    answer = clicks.post(
        address("campaign-edit", campaign), new_form(world, anonymity="identified", target=77, form="template:nps")
    )

    assert answer.status_code == 302
    assert (only().anonymity, only().target) == ("anonymous", 77)
    assert only().version_of_form == campaign.version_of_form


def test_lists_filter_and_export(world: World, office: Actor, clicks: Client) -> None:
    with actor_scope(office):
        make_open(office, world.company, closes_at=timezone.now() + timedelta(days=2))
    address_of = reverse("surveys:campaigns")

    for query in ("", "?state=open", "?closing=true", "?below=true", "?q=年度", f"?unit={world.company.pk}"):
        assert "年度满意度" in clicks.get(address_of + query).content.decode()
    assert "年度满意度" not in clicks.get(address_of + "?unread=true").content.decode()
    assert clicks.get(address_of + "?export=xlsx").status_code == 200


def test_a_bad_list_of_people_is_shown_row_by_row(world: World, clicks: Client) -> None:
    bad = SimpleUploadedFile("list.csv", "姓名,邮箱\n甲,jia@example.com\n乙,nothing\n".encode())
    good = SimpleUploadedFile("list.csv", "姓名,邮箱\n甲,jia@example.com\n甲,jia@example.com\n".encode())
    import_url = reverse("surveys:contacts-import")

    refused = clicks.post(import_url, {"unit": world.north.pk, "file": bad})
    taken = clicks.post(import_url, {"unit": world.north.pk, "file": good}, follow=True)

    assert refused.status_code == 422
    assert "B (邮箱)" in refused.content.decode()
    assert "1 people added" in taken.content.decode()
    assert Contact._base_manager.count() == 1


def test_people_are_counted_before_they_are_drawn(world: World, office: Actor, clicks: Client) -> None:
    with actor_scope(office):
        for number in range(4):
            add(office, world, number)
        campaign, _door = make_open(office, world.company)
    page = address("draw-new", campaign)

    counted = clicks.post(page, {"channel": "email", "n": "3", "then": "count"})
    assert "4 people may be asked; 3 would be drawn" in counted.content.decode()
    assert not Door._base_manager.filter(kind="email").exists()
    clicks.post(page, {"channel": "email", "n": "3"})

    listed = clicks.get(address("campaign-invited", campaign))
    assert listed.context["table"].paginator.count == 3
    told = clicks.get(address("campaign-invitations", campaign)).content.decode()
    assert "BIHUAN_SMTP_URL" in told


def test_a_sheet_is_keyed_by_digits_and_its_errors_stand_beside_them(
    world: World, office: Actor, clicks: Client
) -> None:
    with actor_scope(office):
        campaign, _door = make_open(office, world.company, double_entry_percent=0)
    clicks.post(
        address("batch-new", campaign), {"unit": world.north.pk, "issued": 20, "issued_on": "2026-11-20", "returned": 9}
    )
    batch = PaperBatch._base_manager.get()
    key = reverse("surveys:key-sheet", kwargs={"pk": batch.pk})
    page = clicks.get(key).content.decode()
    assert 'name="k.rider"' in page

    wrong = clicks.post(key, {"number": "1", "k.rider": "7", "k.clean": "3"})
    right = clicks.post(key, {"number": "1", "answered_on": "2026-11-21", "k.rider": "1", "k.clean": "3"}, follow=True)
    again = clicks.post(key, {"number": "1", "k.rider": "1", "k.clean": "3"})

    assert (wrong.status_code, again.status_code) == (422, 409)
    assert "Sheet 1 is entered" in right.content.decode()
    assert Response._base_manager.get().answers["rider"] == "commuter"
    known = clicks.get(reverse("surveys:sheet-check", kwargs={"pk": batch.pk}) + "?number=1").content.decode()
    assert "already keyed" in known


def test_two_people_key_and_one_settles(world: World, office: Actor, clicks: Client) -> None:
    other = client_of(make_office(world.company, "other", (FIELD,)))
    with actor_scope(office):
        campaign, _door = make_open(office, world.company, double_entry_percent=100)
    clicks.post(
        address("batch-new", campaign), {"unit": world.north.pk, "issued": 5, "issued_on": "2026-11-20", "returned": 1}
    )
    batch = PaperBatch._base_manager.get()
    key = reverse("surveys:key-sheet", kwargs={"pk": batch.pk})
    clicks.post(key, {"number": "1", "k.rider": "1", "k.clean": "3"})
    other.post(key, {"number": "1", "k.rider": "2", "k.clean": "3"})
    sheet = PaperSheet._base_manager.get()
    settle = reverse("surveys:sheet-settle", kwargs={"pk": sheet.pk})
    assert "通勤" in other.get(settle).content.decode()

    undecided = other.post(settle, {"reason": "x"})
    done = other.post(settle, {"c.rider": "other", "k.rider": "2", "reason": "clear on the paper"})

    assert (undecided.status_code, done.status_code) == (422, 302)
    assert Response._base_manager.get().answers["rider"] == "visitor"
    assert clicks.get(sheet.get_absolute_url()).status_code == 200


def test_an_interview_goes_part_by_part(world: World, office: Actor, clicks: Client) -> None:
    body = {
        "sections": [
            {"code": "one", "items": [{"code": "rider", "type": "number", "label": "Rides", "is_required": True}]},
            {"code": "two", "items": [{"code": "nps", "type": "nps", "label": "Recommend"}]},
        ]
    }
    with actor_scope(office):
        add(office, world, 1)
        campaign, _door = make_open(office, world.company, version=make_form(world.company, body))
        sample_draw(campaign=campaign, actor=office, channel="phone")
    taken = clicks.post(address("call-next", campaign))
    page = clicks.get(taken.url).content.decode()
    assert "13800000001" in page

    missing = clicks.post(taken.url, {"section": "one", "act": "next"})
    second = clicks.post(taken.url, {"section": "one", "act": "next", "q.rider": "4"})
    done = clicks.post(taken.url, {"section": "two", "act": "next", "q.rider": "4", "q.nps": "9"}, follow=True)

    assert missing.status_code == 422
    assert '<input type="hidden" name="q.rider" value="4">' in second.content.decode()
    assert "The interview is entered" in done.content.decode()
    assert Response._base_manager.get().answers == {"rider": 4, "nps": 9}


def test_a_name_is_shown_only_to_who_calls(world: World, office: Actor) -> None:
    other = client_of(make_office(world.company, "other", (FIELD,)))
    with actor_scope(office):
        add(office, world, 1, name="Secret Person")
        campaign, _door = make_open(office, world.company)
        sample_draw(campaign=campaign, actor=office, channel="phone")
    task = CallTask._base_manager.get()

    before = other.get(task.get_absolute_url()).content.decode()
    other.post(reverse("surveys:call-take", kwargs={"pk": task.pk}))
    after = other.get(task.get_absolute_url()).content.decode()
    noted = other.post(reverse("surveys:call-outcome", kwargs={"pk": task.pk}), {"outcome": "call_back"})

    assert "Secret Person" not in before
    assert "Secret Person" in after
    assert noted.status_code == 422


def test_today_asks_for_what_is_due(world: World, office: Actor) -> None:
    now = timezone.now()
    with actor_scope(office):
        make_open(office, world.company, title="short", closes_at=now + timedelta(days=3))
        Campaign.objects.create(
            title="read me",
            unit=world.company,
            org_path=world.company.org_path,
            state="closed",
            closed_at=now,
            version_of_form=make_form(world.company, title="other"),
        )
    with actor_scope(office), override("en"):
        lines = [item for provider in providers() for item in provider(office, now, now).items]

    said = {item.title: item.what for item in lines}
    assert said["short"] == "Closes soon, 50 answers are missing"
    assert said["read me"] == "Read the results"


def test_a_reader_sees_and_changes_nothing(world: World, office: Actor) -> None:
    reader = client_of(make_office(world.company, "reader", (VIEW,)))
    with actor_scope(office):
        campaign, _door = make_open(office, world.company)

    assert reader.get(campaign.get_absolute_url()).status_code == 200
    assert "campaigns/new" not in reader.get(reverse("surveys:campaigns")).content.decode()
    for name in ("campaign-close", "campaign-doors", "campaign-invitations", "campaign-batches", "campaign-calls"):
        assert reader.get(address(name, campaign)).status_code == 403


def call(client: Client, method: str, path: str, body: Any = None) -> Any:
    return client.generic(method, f"/api/v1/surveys{path}", json.dumps(body or {}), "application/json")


def test_the_api_does_what_the_pages_do(world: World, clicks: Client) -> None:
    make_bus(world.north, "B1")
    given = {"title": "By API", "unit_id": world.company.pk, "template": "nps", "target": 20}

    made = call(clicks, "POST", "/campaigns", given)
    pk = made.json()["id"]
    refused = call(clicks, "POST", f"/campaigns/{pk}/acts/open")
    door = call(clicks, "POST", f"/campaigns/{pk}/doors", {"kind": "link"}).json()
    fleet = call(clicks, "POST", f"/campaigns/{pk}/doors/fleet", {"kinds": ["vehicle"]})
    opened = call(clicks, "POST", f"/campaigns/{pk}/acts/open")
    off = call(clicks, "POST", f"/campaigns/{pk}/doors/{door['id']}/off")
    file = SimpleUploadedFile("l.csv", b"name,email\nAnn,ann@example.com\n")
    people = clicks.post("/api/v1/surveys/contacts/import", {"unit_id": world.north.pk, "file": file})
    draw = call(clicks, "POST", f"/campaigns/{pk}/draws", {"n": 1})
    mailing = call(clicks, "POST", f"/campaigns/{pk}/mailings", {})
    listed = call(clicks, "GET", "/campaigns")

    assert (made.status_code, refused.status_code, opened.status_code) == (201, 409, 200)
    assert fleet.json() == {"made": 1, "there": 0, "woken": 0}
    assert off.json()["is_active"] is False
    assert people.json()["added"] == 1
    assert (draw.status_code, draw.json()["drawn"]) == (201, 1)
    assert (mailing.status_code, mailing.json()["code"]) == (409, "mail_not_set_up")
    assert listed.json()["items"][0]["state"] == "open"


def test_the_api_hides_what_is_elsewhere(world: World, office: Actor) -> None:
    stranger = client_of(make_office(world.south, "stranger"))
    with actor_scope(office):
        campaign, _door = make_open(office, world.company)

    for method, path in (("GET", ""), ("POST", "/acts/close"), ("GET", "/doors"), ("POST", "/draws")):
        assert call(stranger, method, f"/campaigns/{campaign.pk}{path}").status_code == 404
