"""Answers of one interviewer that are more alike than chance; measures that the whole knows better than a batch."""

from __future__ import annotations

import numpy as np
import pytest

from servicequality.errors import DataError, ParameterError
from servicequality.response_quality import QualityRules, cluster_agreement, flag_responses, longest_run


def careful(n: int, k: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(n, 1))
    return np.clip(np.rint(3.4 + 0.7 * common + rng.normal(size=(n, k))), 1, 5)


def test_an_interviewer_who_copies_stands_out() -> None:
    answers = careful(600, 10, 1)
    clusters = np.array([f"interviewer:{row % 20}" for row in range(600)], dtype=object)
    copied = clusters == "interviewer:7"
    template = answers[7].copy()
    noise = np.random.default_rng(2).random((int(copied.sum()), 10)) < 0.1
    answers[copied] = np.where(noise, answers[copied], template)

    first, *rest = cluster_agreement(answers, clusters)

    assert first.cluster == "interviewer:7"
    assert first.n == 30
    assert first.agreement > 0.75 > first.expected
    assert first.distance > 10
    assert max(one.distance for one in rest) < 4


def test_random_interviewers_keep_within_chance() -> None:
    answers = careful(2000, 12, 3)
    clusters = np.array([f"c{row % 40}" for row in range(2000)], dtype=object)

    found = cluster_agreement(answers, clusters)

    distances = np.array([one.distance for one in found])
    assert len(found) == 40
    assert abs(distances.mean()) < 0.6
    assert 0.6 < distances.std() < 1.5


def test_agreement_is_the_share_of_equal_pairs() -> None:
    answers = np.array([[1.0], [1.0], [2.0], [1.0], [3.0], [2.0]])
    clusters = np.array(["a", "a", "a", "b", "b", "b"], dtype=object)

    found = {one.cluster: one.agreement for one in cluster_agreement(answers, clusters, fewest=3)}

    assert found == {"a": pytest.approx(1 / 3), "b": 0.0}


def test_small_and_unnamed_clusters_are_left_out() -> None:
    answers = careful(40, 5, 4)
    clusters = np.array([""] * 20 + ["small"] * 5 + ["large"] * 15, dtype=object)

    assert [one.cluster for one in cluster_agreement(answers, clusters)] == ["large"]


def test_clusters_must_be_one_per_respondent() -> None:
    with pytest.raises(DataError):
        cluster_agreement(careful(5, 3, 1), ["a", "b"])
    with pytest.raises(ParameterError):
        cluster_agreement(careful(5, 3, 1), ["a"] * 5, fewest=1)


def test_the_longest_run_says_where_it_ends() -> None:
    length, last = longest_run([[1, 2, 2, 2, 3], [4, 4, np.nan, 4, 5], [np.nan] * 5])

    assert length.tolist() == [3, 2, 0]
    assert last.tolist() == [3, 1, -1]


def test_a_measure_of_the_whole_replaces_that_of_the_batch() -> None:
    answers = careful(4, 12, 5)
    seconds = np.array([30.0, 40.0, 35.0, 38.0])

    alone = flag_responses(answers, seconds=seconds, rules=QualityRules(speed=0.4))
    known = flag_responses(answers, seconds=seconds, rules=QualityRules(speed=0.4), measured={"speed": seconds / 120})

    assert alone.flags["speed"].tolist() == [False] * 4
    assert known.flags["speed"].tolist() == [True, True, True, True]


def test_a_measure_that_is_missing_raises_no_flag() -> None:
    report = flag_responses(
        careful(2, 12, 6), rules=QualityRules(cluster=4.0), measured={"cluster": np.array([np.nan, 5.0])}
    )

    assert report.flags["cluster"].tolist() == [False, True]


def test_a_measure_of_an_unknown_rule_is_refused() -> None:
    with pytest.raises(ParameterError):
        flag_responses(careful(2, 12, 6), measured={"guess": np.zeros(2)})
    with pytest.raises(DataError):
        flag_responses(careful(2, 12, 6), measured={"speed": np.zeros(3)})
