"""Disputes from both ends: the member of staff a complaint is about, and a panel that holds no right on cases."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.accounts.models import User
from bihuan.accounts.selectors import actor_of_user
from bihuan.cases import services
from bihuan.cases.models import DisputeReview, PanelMember, StaffParty
from bihuan.cases.selectors.panels import eligible_for
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError
from bihuan.foundation.scope import actor_scope
from bihuan.organisation.models import OrgUnit, Person
from bihuan.records.models import Notification
from bihuan.records.selectors import attachments_of
from bihuan.records.services import attachment_add
from tests.db.cases.house import DECISION, House, dispatched
from tests.kit import make_unit, make_user

FACTS = "录像显示司机对王小明(13800138000)高声催促，乘务员李静在场，站务钱多多证实。"


@dataclass(frozen=True)
class Staff:
    """The driver and another driver who can sign in and hold nothing; the row about the driver."""

    house: House
    driver: User
    other: User
    party: StaffParty

    @property
    def actor(self) -> Actor:
        return actor_of_user(self.driver)


def user_of(person: Person, name: str) -> User:
    return User.objects.create_user(name, password="long enough 1", person=person)


def colleague(unit: OrgUnit, name: str, number: str) -> Person:
    return Person.objects.create(name=name, staff_number=number, unit=unit, org_path=unit.org_path)


@pytest.fixture
def staff(house: House) -> Staff:
    colleague(make_unit("Team", "team", parent=house.north), "钱多多", "D-3")
    other = colleague(house.north, "李静", "D-2")
    case = dispatched(house)
    party = services.party_name(actor=house.desk, case=case, person=house.driver, basis="roster")
    services.party_name(actor=house.desk, case=case, person=other, basis="named")
    users = user_of(house.driver, "driver"), user_of(other, "other")
    services.party_confirm(actor=house.station, party=party)
    services.party_judge(actor=house.station, party=party, attributable=True, note="王小明所述属实")
    services.case_answer(actor=house.station, case=case, **(DECISION | {"facts": FACTS}))
    return Staff(house, *users, StaffParty.objects.get(pk=party.pk))


def page(client: Client, user: User, address: str) -> Any:
    client.force_login(user)
    return client.get(address)


def record_of(party: StaffParty) -> str:
    return reverse("cases:about-me-record", kwargs={"pk": party.pk})


def panel_users(house: House, count: int = 3) -> list[User]:
    """Colleagues of the office who can sign in and hold no right at all."""
    return [make_user(f"panel{number}", unit=house.company) for number in range(count)]


def people_of(users: list[User]) -> list[Person]:
    return [user.person for user in users if user.person is not None]


def sitting(staff: Staff) -> tuple[DisputeReview, list[User]]:
    review = services.review_ask(actor=staff.actor, party=staff.party, staff_view="王小明站在车门处，我按规定提醒")
    users = panel_users(staff.house)
    services.review_convene(actor=staff.house.desk, review=review, panel=people_of(users))
    return review, users


def test_a_member_of_staff_without_any_right_reads_the_judgement_about_them(client: Client, staff: Staff) -> None:
    listed = page(client, staff.driver, reverse("cases:about-me")).content.decode()
    record = page(client, staff.driver, record_of(staff.party)).content.decode()

    assert staff.party.case.number in listed
    assert "高声催促" in record
    assert "服务规范 4.2" in record
    assert "有责" in record


def test_neither_page_nor_export_tells_who_complained_or_which_colleagues_are_concerned(
    client: Client, staff: Staff
) -> None:
    listed = page(client, staff.driver, reverse("cases:about-me")).content.decode()
    export = page(client, staff.driver, reverse("cases:about-me") + "?export=csv")
    exported = b"".join(export.streaming_content).decode()
    record = page(client, staff.driver, record_of(staff.party)).content.decode()

    for text in (listed, exported, record):
        assert staff.party.case.number in text
        for hidden in ("王小明", "13800138000", "李静", "钱多多", "D-2", "拒载老人"):
            assert hidden not in text


def test_rows_of_others_do_not_exist(client: Client, staff: Staff) -> None:
    addresses = [record_of(staff.party), reverse("cases:about-me-dispute", kwargs={"pk": staff.party.pk})]
    desk = User.objects.get(pk=staff.house.desk.user_id)

    for user in (staff.other, desk):
        assert [page(client, user, address).status_code for address in addresses] == [404, 404]
    assert staff.party.case.number not in page(client, staff.other, reverse("cases:about-me")).content.decode()


def test_a_name_that_is_not_judged_yet_is_nobodys_business(client: Client, house: House) -> None:
    case = dispatched(house)
    party = services.party_name(actor=house.desk, case=case, person=house.driver, basis="roster")
    driver = user_of(house.driver, "driver")

    assert page(client, driver, record_of(party)).status_code == 404
    assert case.number not in page(client, driver, reverse("cases:about-me")).content.decode()


def test_the_menu_shows_the_page_to_those_alone_whom_a_complaint_is_about(client: Client, staff: Staff) -> None:
    address = f'href="{reverse("cases:about-me")}"'

    assert address in page(client, staff.driver, "/").content.decode()
    assert address not in page(client, staff.other, "/").content.decode()


def test_a_judgement_against_somebody_is_told_to_them_and_leads_to_their_page(client: Client, staff: Staff) -> None:
    told = Notification.objects.get(user=staff.driver)
    client.force_login(staff.driver)

    listed = client.get(reverse("records:notifications")).content.decode()
    opened = client.post(reverse("records:notification-open", kwargs={"pk": told.pk}))

    assert reverse("records:notification-open", kwargs={"pk": told.pk}) in listed
    assert opened.headers["Location"] == record_of(staff.party)
    assert not Notification.objects.filter(user=staff.other).exists()


def test_a_member_of_staff_disputes_in_their_own_words_with_a_file(client: Client, staff: Staff) -> None:
    client.force_login(staff.driver)
    photo = BytesIO(b"\x89PNG\r\n\x1a\n" + b"0" * 40)
    photo.name = "站台.png"

    answer = client.post(
        reverse("cases:about-me-dispute", kwargs={"pk": staff.party.pk}),
        {"staff_view": "前车占站，我在站外停车", "uploads": photo},
    )

    review = DisputeReview.objects.get()
    file = attachments_of(review).get()
    assert answer.headers["Location"] == record_of(staff.party)
    assert (review.state, review.party, review.asked_by) == ("asked", staff.party, staff.driver)
    own = reverse("cases:about-me-file", kwargs={"pk": staff.party.pk, "file": file.pk})
    assert page(client, staff.driver, own).status_code == 200
    assert page(client, staff.other, own).status_code == 404


def test_a_dispute_without_a_word_is_sent_back_to_its_form(client: Client, staff: Staff) -> None:
    client.force_login(staff.driver)

    answer = client.post(reverse("cases:about-me-dispute", kwargs={"pk": staff.party.pk}), {"staff_view": " "})

    assert answer.status_code == 422
    assert not DisputeReview.objects.exists()


def test_a_judgement_is_disputed_once_and_only_by_whom_it_counts_against(staff: Staff) -> None:
    services.review_ask(actor=staff.actor, party=staff.party, staff_view="不服")

    with pytest.raises(ActionNotAllowedError):
        services.review_ask(actor=staff.actor, party=staff.party, staff_view="还是不服")


def test_after_the_panel_the_member_of_staff_reads_both_judgements_and_is_told(client: Client, staff: Staff) -> None:
    review, users = sitting(staff)
    for user in users:
        services.review_vote(actor=actor_of_user(user), review=review, counts=False, reason="正常提醒")
    services.review_decide(actor=staff.house.desk, review=review, decision="王小明所述与录像不符，不计入")

    record = page(client, staff.driver, record_of(staff.party)).content.decode()

    assert "评审组裁定" in record
    assert "不计入你的考核" in record
    assert "有责" in record
    assert "王小明所述" not in record
    assert "正常提醒" not in record
    assert Notification.objects.filter(user=staff.driver).latest("pk").message.endswith("does not count against you")


def test_what_a_panel_decided_is_not_disputed_by_the_person_again(staff: Staff) -> None:
    review, users = sitting(staff)
    for user in users:
        services.review_vote(actor=actor_of_user(user), review=review, counts=True, reason="录像清楚")
    services.review_decide(actor=staff.house.desk, review=review, decision="计入")
    party = StaffParty.objects.get(pk=staff.party.pk)

    with pytest.raises(ActionNotAllowedError):
        services.review_ask(actor=staff.actor, party=party, staff_view="仍不服")


def test_nobody_leads_the_review_of_their_own_case(house: House, staff: Staff) -> None:
    me = Person.objects.get(pk=house.leader.person_id)
    party = services.party_name(actor=house.desk, case=case_of(staff), person=me, basis="found")
    services.party_confirm(actor=house.station, party=party)
    services.party_judge(actor=house.station, party=party, attributable=True, note="值班失察")
    review = services.review_ask(actor=house.leader, party=party, staff_view="不服")

    with pytest.raises(ActionNotAllowedError):
        services.review_convene(actor=house.leader, review=review, panel=people_of(panel_users(house)))


def case_of(staff: Staff) -> Any:
    staff.party.case.refresh_from_db()
    return staff.party.case


def test_a_panel_member_without_rights_reads_what_the_vote_needs_and_votes(client: Client, staff: Staff) -> None:
    case = staff.party.case
    review, users = sitting(staff)
    services.entry_add(
        actor=staff.house.station, case=case_of(staff), kind="statement", side="customer", text="我是王小明，他吼我"
    )
    seat = PanelMember.objects.get(review=review, person=users[0].person)

    shown = page(client, users[0], seat.get_absolute_url()).content.decode()
    voted = client.post(
        reverse("cases:seat-vote", kwargs={"pk": seat.pk}), {"counts": "no", "reason": "录像看不出辱骂"}
    )

    seat.refresh_from_db()
    for needed in (case.number, "高声催促", "我按规定提醒", "所述属实", "他吼我", "赵师傅"):
        assert needed in shown
    for hidden in ("王小明", "13800138000", "拒载老人"):
        assert hidden not in shown
    assert (voted.status_code, seat.counts, seat.reason) == (302, False, "录像看不出辱骂")


def test_nothing_else_of_the_case_opens_for_a_panel_member(client: Client, staff: Staff) -> None:
    review, users = sitting(staff)
    seat = PanelMember.objects.get(review=review, person=users[0].person)
    case = staff.party.case
    shut = [case.get_absolute_url(), review.get_absolute_url(), reverse("cases:cases"), record_of(staff.party)]

    answers = [page(client, users[0], address).status_code for address in shut]

    assert set(answers) <= {403, 404}
    assert page(client, users[1], seat.get_absolute_url()).status_code == 404
    assert page(client, staff.driver, seat.get_absolute_url()).status_code == 404


def test_today_asks_each_member_for_the_vote_until_it_is_given(client: Client, staff: Staff) -> None:
    review, users = sitting(staff)
    before = page(client, users[0], "/").content.decode()
    services.review_vote(actor=actor_of_user(users[0]), review=review, counts=True, reason="清楚")
    after = page(client, users[0], "/").content.decode()

    assert "需要你投票" in before
    assert staff.party.case.number in before
    assert "需要你投票" not in after


def test_the_file_of_a_review_opens_for_the_panel_and_no_file_of_the_case(client: Client, staff: Staff) -> None:
    review, users = sitting(staff)
    kept = [BytesIO(b"\x89PNG\r\n\x1a\n" + sign * 40) for sign in (b"1", b"2")]
    of_review = attachment_add(subject=review, actor=staff.house.desk, name="a.png", content=kept[0])
    of_case = attachment_add(subject=staff.party.case, actor=staff.house.desk, name="b.png", content=kept[1])
    seat = PanelMember.objects.get(review=review, person=users[0].person)

    answers = [
        page(client, users[0], reverse("cases:seat-file", kwargs={"pk": seat.pk, "file": file.pk})).status_code
        for file in (of_review, of_case)
    ]

    assert answers == [200, 404]


def test_the_panel_is_named_by_typing_and_whoever_had_a_part_is_not_offered(client: Client, staff: Staff) -> None:
    review = services.review_ask(actor=staff.actor, party=staff.party, staff_view="不服")
    users = panel_users(staff.house)
    client.force_login(User.objects.get(pk=staff.house.desk.user_id))
    address = reverse("cases:panel-find", kwargs={"pk": review.pk})

    offered = client.get(address, {"member_2": "N-panel"}).content.decode()
    own = client.get(address, {"member_1": "N-desk"}).content.decode()
    unit = client.get(address, {"member_1": "N-station"}).content.decode()

    assert all(f"N-{user.username}" in offered for user in users)
    assert "N-desk" not in own
    assert "N-station" not in unit

    given = {f"member_{number}": f"N-{user.username} {user.display_name}" for number, user in enumerate(users, 1)}
    convened = client.post(reverse("cases:review-convene", kwargs={"pk": review.pk}), given)

    assert convened.status_code == 302
    assert {seat.person for seat in review.panel.all()} == set(people_of(users))


def test_why_somebody_may_not_sit_is_said_at_the_form(client: Client, staff: Staff) -> None:
    review = services.review_ask(actor=staff.actor, party=staff.party, staff_view="不服")
    panel_users(staff.house)
    client.force_login(User.objects.get(pk=staff.house.desk.user_id))
    address = reverse("cases:review-convene", kwargs={"pk": review.pk})
    two = {"member_1": "N-panel0", "member_2": "N-panel1"}

    driver, nobody, twice = (client.post(address, {**two, "member_3": one}) for one in ("D-1", "没有此人", "n-panel0"))

    assert [answer.status_code for answer in (driver, nobody, twice)] == [422, 422, 422]
    assert "工单涉及该人员" in driver.content.decode()
    assert "没有此工号或姓名" in nobody.content.decode()
    assert not PanelMember.objects.exists()


def test_somebody_who_cannot_sign_in_or_belongs_to_another_organisation_does_not_sit(staff: Staff) -> None:
    review = services.review_ask(actor=staff.actor, party=staff.party, staff_view="不服")
    elsewhere = make_user("elsewhere", unit=make_unit("Other company", "company"))
    company = staff.house.company
    clerk = Person.objects.create(name="无账号", staff_number="C-9", unit=company, org_path=company.org_path)

    for person in (elsewhere.person, clerk):
        assert person is not None
        with pytest.raises(BadInputError):
            services.review_convene(actor=staff.house.desk, review=review, panel=[person])


def test_a_reviewer_of_one_station_may_name_people_of_the_whole_organisation(staff: Staff) -> None:
    review = services.review_ask(actor=staff.actor, party=staff.party, staff_view="不服")
    users = panel_users(staff.house)
    local = actor_of_user(make_user("local", unit=staff.house.north, permissions=["cases.review", "cases.view"]))

    with actor_scope(local):
        offered = set(eligible_for(review.case))
        services.review_convene(actor=local, review=DisputeReview.objects.get(pk=review.pk), panel=people_of(users))

    assert set(people_of(users)) <= offered
    assert PanelMember.objects.count() == 3
