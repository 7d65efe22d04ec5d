"""Telephone interviews: the queue, outcomes, interviews, rates."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError, NotPermittedError
from bihuan.foundation.scope import actor_scope
from bihuan.instruments.models import Response
from bihuan.surveys.models import CallAttempt, CallTask, Campaign, Contact, IdentifiedAnswer, Invitation
from bihuan.surveys.permissions import FIELD
from bihuan.surveys.selectors.calls import call_counts, calls_for
from bihuan.surveys.services.calls import (
    MOST_ATTEMPTS,
    Interview,
    call_interview,
    call_record,
    call_reopen,
    call_take,
)
from bihuan.surveys.services.contacts import contact_opt_out
from bihuan.surveys.services.sampling import sample_draw
from tests.db.surveys.field import make_office, make_open
from tests.db.surveys.test_contacts import add
from tests.kit import World

ANSWERS = {"rider": "commuter", "clean": "4"}


@pytest.fixture
def office(world: World) -> Actor:
    return make_office(world.company)


def called(office: Actor, world: World, n: int = 3, **values: Any) -> Campaign:
    for number in range(n):
        add(office, world, number)
    campaign, _door = make_open(office, world.company, **values)
    sample_draw(campaign=campaign, actor=office, channel="phone")
    return campaign


def interview(task: CallTask, actor: Actor, **more: Any) -> CallTask:
    given = Interview(ANSWERS, uuid.uuid4(), "zh-hans", 95)
    return call_interview(task=task, actor=actor, given=given, **more)


def test_two_interviewers_never_get_the_same_person(world: World, office: Actor) -> None:
    other = make_office(world.company, "other", (FIELD,))
    with actor_scope(office):
        campaign = called(office, world, 2)
        mine = call_take(campaign=campaign, actor=office)
        again = call_take(campaign=campaign, actor=office)
    with actor_scope(other):
        theirs = call_take(campaign=campaign, actor=other)
        none = call_take(campaign=campaign, actor=make_office(world.company, "third", (FIELD,)))
        assert mine is not None
        with pytest.raises(ActionNotAllowedError):
            call_record(task=mine, actor=other, outcome="refused")

    assert mine == again
    assert theirs is not None
    assert theirs != mine
    assert none is None


def test_an_interview_is_an_answer_with_its_interviewer_as_cluster(world: World, office: Actor) -> None:
    with actor_scope(office):
        campaign = called(office, world)
        task = call_take(campaign=campaign, actor=office)
        assert task is not None
        done = interview(task, office)

        answer = Response.objects.get()
        assert (answer.channel, answer.context["cluster"]) == ("phone", f"interviewer:{office.user_id}")
        assert answer.org_path == world.north.org_path
        assert (done.is_done, done.outcome) == (True, "completed")
        invitation = Invitation.objects.get(pk=task.invitation_id)
        assert (invitation.used, invitation.fate) == (1, "sent")
        assert Contact.objects.get(pk=invitation.contact_id).asked_on == timezone.localdate()
        with pytest.raises(ActionNotAllowedError):
            interview(task, office)


def test_no_time_leads_from_a_call_to_an_anonymous_answer(world: World, office: Actor) -> None:
    with actor_scope(office):
        task = call_take(campaign=called(office, world), actor=office)
        assert task is not None
        interview(task, office)

        assert CallAttempt.objects.get().at is None
        assert Response.objects.get().answered_at is None
        assert not IdentifiedAnswer.objects.exists()


def test_an_identified_survey_knows_who_answered(world: World, office: Actor) -> None:
    with actor_scope(office):
        task = call_take(campaign=called(office, world, anonymity="identified"), actor=office)
        assert task is not None
        interview(task, office)

        assert IdentifiedAnswer.objects.get().invitation_id == task.invitation_id
        assert CallAttempt.objects.get().at is not None


def test_agreed_times_come_first_and_others_are_tried_again_later(world: World, office: Actor) -> None:
    now = timezone.now()
    with actor_scope(office):
        campaign = called(office, world)
        first = call_take(campaign=campaign, actor=office, now=now)
        assert first is not None
        with pytest.raises(BadInputError):
            call_record(task=first, actor=office, outcome="call_back", now=now)
        later = now + timedelta(hours=2)
        call_record(task=first, actor=office, outcome="call_back", call_back_at=later, note="after work", now=now)
        second = call_take(campaign=campaign, actor=office, now=now)
        assert second is not None
        call_record(task=second, actor=office, outcome="no_answer", now=now)

        assert call_take(campaign=campaign, actor=office, now=now) not in {first, second}
        assert call_take(campaign=campaign, actor=office, now=later) == first


def test_nobody_is_called_for_ever(world: World, office: Actor) -> None:
    now = timezone.now()
    with actor_scope(office):
        campaign = called(office, world, 1)
        for attempt in range(MOST_ATTEMPTS):
            task = call_take(campaign=campaign, actor=office, now=now + timedelta(hours=5 * attempt))
            assert task is not None
            call_record(task=task, actor=office, outcome="no_answer", now=now + timedelta(hours=5 * attempt))

        task = CallTask.objects.get()
        assert (task.is_done, task.attempts) == (True, MOST_ATTEMPTS)
        assert call_take(campaign=campaign, actor=office, now=now + timedelta(days=9)) is None
        call_reopen(task=task, actor=office, reason="new number")
        assert call_take(campaign=campaign, actor=office, now=now + timedelta(days=9)) == task


def test_whoever_was_asked_or_said_no_meanwhile_is_not_called(world: World, office: Actor) -> None:
    with actor_scope(office):
        campaign = called(office, world)
        Contact.objects.filter(name="p0").update(asked_on=timezone.localdate())
        contact_opt_out(contact=Contact.objects.get(name="p1"), actor=office)

        task = call_take(campaign=campaign, actor=office)
        assert task is not None
        assert task.invitation.contact.name == "p2"
        call_record(task=task, actor=office, outcome="refused")
        assert call_take(campaign=campaign, actor=office) is None
        fates = dict(Invitation.objects.values_list("contact__name", "fate"))
    assert (fates["p0"], fates["p1"]) == ("quarantined", "opted_out")


def test_rates_rest_on_the_last_outcome_of_those_called(world: World, office: Actor) -> None:
    outcomes = ("completed", "refused", "no_answer", "wrong_number", "call_back")
    now = timezone.now()
    with actor_scope(office):
        campaign = called(office, world, 6)
        for outcome in outcomes:
            task = call_take(campaign=campaign, actor=office, now=now)
            assert task is not None
            if outcome == "completed":
                interview(task, office, now=now)
            else:
                back = now + timedelta(hours=1) if outcome == "call_back" else None
                call_record(task=task, actor=office, outcome=outcome, call_back_at=back, now=now)

        counts = call_counts(campaign, now)
    assert (counts.total, counts.untouched, counts.completed, counts.agreed, counts.done) == (6, 1, 1, 2, 3)
    assert counts.rates.rr1 == pytest.approx(1 / 4)  # the wrong number counts in no rate
    assert counts.rates.rr4 == pytest.approx(1 / (3 + 3 / 4))
    assert counts.rates.cooperation == pytest.approx(1 / 2)


def test_a_call_of_another_unit_is_nobodys_business(world: World, office: Actor) -> None:
    stranger = make_office(world.south, "stranger", (FIELD,))
    with actor_scope(office):
        campaign = called(office, world, 1)
        task = CallTask.objects.select_related("campaign", "invitation__door").get()
    with actor_scope(stranger):
        assert not calls_for(stranger)
        with pytest.raises(NotPermittedError):
            call_record(task=task, actor=stranger, outcome="refused")

    assert campaign.pk
