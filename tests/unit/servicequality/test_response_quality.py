"""Signs of careless answering: flagged, never dropped."""

import numpy as np
import pandas as pd
import pytest

from servicequality.errors import DataError
from servicequality.response_quality import (
    QualityRules,
    duplicate_of,
    even_odd,
    flag_responses,
    intra_individual_variability,
    longstring,
    mahalanobis,
    psychometric_synonyms,
    relative_speed,
    synonym_pairs,
)

ITEMS = [f"q{number}" for number in range(12)]
DIMENSIONS = {"a": ITEMS[0:4], "b": ITEMS[4:8], "c": ITEMS[8:12]}


def careful(n: int = 200, seed: int = 61) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    factors = np.repeat(rng.normal(0, 1.3, (n, 3)), 4, axis=1)
    return pd.DataFrame(np.clip(np.rint(4 + factors + rng.normal(0, 0.6, (n, 12))), 1, 7), columns=ITEMS)


def test_longest_run_and_spread_of_the_documented_row() -> None:
    row = [[4, 4, 4, 4, 2, 3, 3, 5]]

    assert longstring(row).tolist() == [4]
    assert intra_individual_variability(row)[0] == pytest.approx(0.916125, abs=5e-7)


def test_a_blank_ends_a_run() -> None:
    rows = [[3, 3, np.nan, 3, 3, 3], [np.nan] * 6, [1, 2, 3, 4, 5, 6], [2] * 6]

    assert longstring(rows).tolist() == [3, 0, 1, 6]


def test_spread_of_one_answer_is_unknown() -> None:
    assert np.isnan(intra_individual_variability([[np.nan, 3]])[0])


def test_distance_follows_chi_square_and_finds_the_stranger() -> None:
    rng = np.random.default_rng(62)
    table = rng.multivariate_normal([0, 0, 0], np.eye(3) * 0.5 + 0.5, 2000)
    table[7] = [3, -3, 3]

    d2, p = mahalanobis(table)

    assert d2.mean() == pytest.approx(3 * 1999 / 2000)
    assert np.argmin(p) == 7
    assert np.mean(np.delete(p, 7) < 0.05) == pytest.approx(0.05, abs=0.015)


def test_distance_equals_its_definition_and_skips_incomplete_people() -> None:
    table = careful(50).to_numpy()[:, :4].copy()
    table[3, 1] = np.nan
    used = np.delete(table, 3, axis=0)
    inverse = np.linalg.inv(np.cov(used.T))
    centred = used[0] - used.mean(axis=0)

    d2, p = mahalanobis(table)

    assert d2[0] == pytest.approx(centred @ inverse @ centred)
    assert np.isnan(d2[3])
    assert np.isnan(p[3])


def test_too_few_people_or_constant_items_have_no_distance() -> None:
    with pytest.raises(DataError, match="complete respondents"):
        mahalanobis([[1, 2, 3], [2, 3, 4]])
    with pytest.raises(DataError, match="constant"):
        mahalanobis([[1, 2], [1, 3], [1, 5], [1, 1]])


def test_even_and_odd_halves_agree_in_the_careful_and_not_in_the_random() -> None:
    rng = np.random.default_rng(63)
    table = careful()
    table.iloc[:40] = rng.integers(1, 8, (40, 12))

    consistency = even_odd(table, DIMENSIONS)

    assert np.nanmedian(consistency[40:]) > 0.9
    assert np.nanmedian(consistency[:40]) < 0.6
    assert np.nanmin(consistency) >= -1


def test_even_odd_of_one_person_by_hand() -> None:
    row = pd.DataFrame([[1, 2, 1, 2, 4, 4, 4, 4, 7, 6, 7, 6]], columns=ITEMS)
    r = np.corrcoef([1, 4, 7], [2, 4, 6])[0, 1]

    assert even_odd(row, DIMENSIONS)[0] == pytest.approx(2 * r / (1 + r))


def test_two_dimensions_cannot_be_correlated() -> None:
    with pytest.raises(DataError, match="three dimensions"):
        even_odd(careful(), {"a": ITEMS[:4], "b": ITEMS[4:8]})


def test_items_that_mean_the_same_are_found_and_answered_alike() -> None:
    table = careful()
    table.iloc[0] = [1, 7, 1, 7] * 3

    pairs, consistency = synonym_pairs(table), psychometric_synonyms(table)

    assert all(a // 4 == b // 4 for a, b in pairs)
    assert len(pairs) == 18
    assert consistency[0] < 0
    assert np.nanmedian(consistency[1:]) > 0.6


def test_exact_repeats_point_to_the_first_and_empty_sheets_do_not() -> None:
    rows = [[1, 2, np.nan], [3, 3, 3], [1, 2, np.nan], [np.nan] * 3, [np.nan] * 3, [1, 2, np.nan]]

    assert duplicate_of(rows).tolist() == [-1, -1, 0, -1, -1, 0]


def test_speed_is_a_multiple_of_the_median() -> None:
    speed = relative_speed([60, 120, 30, None, 0, 60])

    assert speed[[0, 1, 2]].tolist() == [1.0, 2.0, 0.5]
    assert np.isnan(speed[[3, 4]]).all()


def test_flags_name_their_rule_and_drop_nobody() -> None:
    table = careful()
    table.iloc[0] = 4
    table.iloc[1] = table.iloc[2]
    table.iloc[3] = [1, 7] * 6
    table.iloc[4, :8] = np.nan
    seconds = np.full(200, 180.0)
    seconds[5] = 9
    attention = {"pick two": (np.where(np.arange(200) == 6, 5.0, 2.0), [2])}

    report = flag_responses(table, seconds=seconds, dimensions=DIMENSIONS, attention=attention)

    assert report.n == 200
    assert all(len(flags) == 200 for flags in report.flags.values())
    assert report.flags["longstring"][0]
    assert report.flags["duplicate"][[1, 2]].tolist() == [False, True]
    assert report.flags["mahalanobis"][3]
    assert report.flags["synonyms"][3]
    assert report.flags["blank"].nonzero()[0].tolist() == [4]
    assert report.flags["speed"].nonzero()[0].tolist() == [5]
    assert report.flags["seconds_per_item"].nonzero()[0].tolist() == [5]
    assert report.flags["attention"].nonzero()[0].tolist() == [6]
    assert max(np.mean(flags[10:]) for flags in report.flags.values()) < 0.1
    assert report.count.argmax() < 10


def test_the_rules_in_force_travel_with_the_flags() -> None:
    rules = QualityRules(version="2025-spring", longstring_share=None, duplicates=False)

    report = flag_responses(careful(), rules=rules)

    assert report.version == "2025-spring"
    assert report.rules.longstring_share is None
    assert not {"longstring", "duplicate", "speed"} & set(report.flags)


def test_a_rule_that_cannot_be_applied_says_why() -> None:
    report = flag_responses([[1, 2], [2, 2], [5, 4], [3, 1]])

    assert set(report.not_applied) == {"even_odd", "synonyms", "duplicate"}
    assert "prove nothing" in report.not_applied["duplicate"]


def test_times_of_other_people_are_refused() -> None:
    with pytest.raises(DataError, match="seconds: 2 values for 200 respondents"):
        flag_responses(careful(), seconds=[1, 2])
