import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import BadInputError
from bihuan.foundation.scope import actor_scope
from bihuan.instruments import services
from bihuan.instruments.models import Instrument, InstrumentVersion, Response
from bihuan.instruments.services import AnswerConflictError, Answered
from servicequality.scoring import Criterion, Scorecard
from tests.kit import World, make_actor, recorded

BODY: dict[str, Any] = {
    "sections": [
        {
            "code": "main",
            "items": [
                {"code": "P01", "label": "On time", "scale": [1, 7, 1], "side": "perception", "pair": "01"},
                {"code": "line", "type": "choice", "choices": [{"code": "3"}, {"code": "5"}], "is_required": True},
                {"code": "comment", "type": "text"},
            ],
        }
    ]
}


@pytest.fixture
def actor(world: World) -> Iterator[Actor]:
    found = make_actor("mei", unit=world.company, permissions=["instruments.publish", "instruments.view"])
    with actor_scope(found), recorded():
        yield found


@pytest.fixture
def version(world: World, actor: Actor) -> InstrumentVersion:
    form = services.instrument_create(actor=actor, unit=world.company, title="Passengers")
    return services.instrument_publish(instrument=form, actor=actor, body=BODY, note="first")


def test_publishing_the_same_content_again_makes_no_new_version(version: InstrumentVersion, actor: Actor) -> None:
    again = services.instrument_publish(instrument=version.instrument, actor=actor, body=BODY, note="again")

    assert again.pk == version.pk


def test_a_change_makes_the_next_version_and_leaves_the_old_one(version: InstrumentVersion, actor: Actor) -> None:
    changed = {"sections": [{"code": "main", "items": [{"code": "P01", "scale": [1, 5, 1]}]}]}

    new = services.instrument_publish(instrument=version.instrument, actor=actor, body=changed, note="5 points")

    assert (version.number, new.number) == (1, 2)
    version.refresh_from_db()
    assert version.definition.by_code["P01"].scale == (1, 7, 1)


@pytest.mark.parametrize(
    ("answers", "place"),
    [
        ({"P01": 8, "line": "3"}, "P01"),
        ({"P01": 4.5, "line": "3"}, "P01"),
        ({"P01": True, "line": "3"}, "P01"),
        ({"P01": 4, "line": "9"}, "line"),
        ({"P01": 4}, "line"),
        ({"P01": 4, "line": "3", "P99": 1}, "P99"),
    ],
)
def test_an_answer_the_form_does_not_accept_names_its_item(
    version: InstrumentVersion, answers: dict[str, Any], place: str
) -> None:
    with pytest.raises(BadInputError) as refused:
        services.response_store(version=version, given=Answered(answers), collection="t", channel="api")

    assert refused.value.place == place
    assert Response.objects.count() == 0


def test_not_answered_keeps_its_reason_and_is_not_zero(version: InstrumentVersion) -> None:
    given = Answered({"line": "3"}, {"P01": "na"})

    response, _new = services.response_store(version=version, given=given, collection="t", channel="api")

    assert "P01" not in response.answers
    assert response.states == {"P01": "na", "comment": "skipped"}


def test_an_identical_repeat_is_the_same_response_and_another_one_a_conflict(version: InstrumentVersion) -> None:
    number = uuid.uuid4()
    first = Answered({"P01": 4, "line": "3"}, client_uuid=number)
    other = Answered({"P01": 5, "line": "3"}, client_uuid=number)
    stored, _new = services.response_store(version=version, given=first, collection="t", channel="api")

    repeat, is_new = services.response_store(version=version, given=first, collection="t", channel="api")
    with pytest.raises(AnswerConflictError):
        services.response_store(version=version, given=other, collection="t", channel="api")

    assert (repeat.pk, is_new) == (stored.pk, False)
    assert Response.objects.count() == 1


def test_many_responses_are_stored_all_or_none(version: InstrumentVersion) -> None:
    rows = [Answered({"P01": 4, "line": "3"}), Answered({"P01": 99, "line": "3"})]

    with pytest.raises(BadInputError):
        services.responses_store(version=version, rows=rows, collection="t", channel="import")

    assert Response.objects.count() == 0


def test_a_scorecard_frozen_in_the_form_scores_its_responses(world: World, actor: Actor) -> None:
    card = Scorecard((Criterion("a", high=Decimal(5)), Criterion("b", high=Decimal(5), weight=Decimal(3))))
    body = {
        "sections": [{"code": "s", "items": [{"code": "a", "scale": [0, 5, 1]}, {"code": "b", "scale": [0, 5, 1]}]}],
        "scorecard": card.to_dict(),
    }
    form = services.instrument_with_version(
        actor=actor, unit=world.company, title="Check", kind="scorecard", body=body, note="first"
    )
    version = InstrumentVersion.objects.get(instrument=form)

    response, _new = services.response_store(
        version=version, given=Answered({"a": 5, "b": 0}), collection="t", channel="api"
    )
    score = services.response_score(response=response)

    assert score is not None
    assert score.score == Decimal("0.25")


def test_a_form_of_another_station_does_not_exist_for_a_stranger(world: World, version: InstrumentVersion) -> None:
    stranger = make_actor("sun", unit=world.south, permissions=["instruments.view"])

    with actor_scope(stranger):
        assert not Instrument.objects.filter(pk=version.instrument_id).exists()
