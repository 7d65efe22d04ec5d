"""Many people answer while two workers count: every answer is counted once, none is lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import numpy as np
import pytest
from django.db import connection, connections, transaction

from bihuan.foundation.scope import system_scope
from bihuan.instruments.models import Response
from bihuan.instruments.services import Answered, response_store
from bihuan.instruments.walk import walk
from bihuan.surveys.models import CampaignTally
from bihuan.surveys.services import tallying
from tests.db.surveys.answered import make_field, random_answer, random_form
from tests.kit import make_world

WRITERS, EACH = 6, 25


@pytest.mark.django_db(transaction=True)
def test_answers_given_while_two_workers_count_are_counted_exactly_once(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer; what is at stake here is PostgreSQL's order of commits")
    monkeypatch.setattr(tallying, "BATCH", 7)
    rng = np.random.default_rng(4)
    world = make_world()
    with system_scope("setup"):
        field = make_field(world.company, [world.north, world.south], random_form(rng))
    answers = [[random_answer(field.version.body, rng) for _ in range(EACH)] for _ in range(WRITERS)]
    done, failures = threading.Event(), []

    def writer(number: int) -> None:
        for given in answers[number]:
            walked = walk(field.version.definition, given)
            with transaction.atomic():
                response_store(
                    version=field.version,
                    given=Answered(walked.values, walked.states, context={"unit": world.north.pk, "segment": "a"}),
                    collection=field.campaign.collection,
                    channel="qr",
                )
                time.sleep(0.002)  # a row is numbered before it is committed: the gap a watermark must not jump

    def worker(_number: int) -> None:
        while not done.is_set():
            tallying.tally_update(campaign=field.campaign)

    def thread(work: Callable[[int], None], number: int) -> threading.Thread:
        def run() -> None:
            try:
                with system_scope("setup"):
                    work(number)
            except Exception as error:  # noqa: BLE001  whatever it is, the test must fail for it
                failures.append(error)
            finally:
                connections.close_all()

        return threading.Thread(target=run)

    writers = [thread(writer, number) for number in range(WRITERS)]
    workers = [thread(worker, number) for number in range(2)]
    for one in [*writers, *workers]:
        one.start()
    for one in writers:
        one.join()
    done.set()
    for one in workers:
        one.join()

    with system_scope("setup"):
        tallying.tally_update(campaign=field.campaign)
        tally = CampaignTally.objects.get()
        assert failures == []
        assert Response.objects.count() == tally.responses == WRITERS * EACH
        assert tallying.tally_check(campaign=field.campaign) == []
