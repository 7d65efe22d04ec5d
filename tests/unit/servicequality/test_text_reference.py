"""Text methods on public comments (reference.json); measured, with floors well below what was measured."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from servicequality.text import near_duplicates, redact, train_classifier

pytestmark = pytest.mark.reference


def answer(folder: Path, name: str) -> Any:
    entries = json.loads((folder / "reference.json").read_text())["answers"]
    return next(entry["value"] for entry in entries if entry["id"] == name)


def test_hotel_reviews_are_read_whole(reference_data: Path) -> None:
    expected = answer(reference_data, "text/ChnSentiCorp_htl_all")
    reviews = pd.read_csv(reference_data / "text/ChnSentiCorp_htl_all.csv")
    texts = reviews["review"].fillna("")

    assert len(reviews) == expected["rows"]
    assert reviews["review"].isna().sum() == expected["empty"]
    assert texts.str.len().mean() == pytest.approx(expected["mean_chars"], rel=1e-6)
    assert texts.str.len().max() == expected["max_chars"]


def test_classifier_on_hotel_reviews_reaches_its_measured_floor(reference_data: Path) -> None:
    reviews = pd.read_csv(reference_data / "text/ChnSentiCorp_htl_all.csv").dropna(subset=["review"])
    part = reviews.sample(1500, random_state=1)

    model = train_classifier(part["review"].tolist(), part["label"].astype(str).tolist(), folds=3)

    assert model.quality is not None
    assert (model.quality.accuracy.value or 0) > 0.84
    rest = reviews.drop(part.index).sample(1000, random_state=2)
    right = np.mean(
        [p.label == str(t) for p, t in zip(model.predict(rest["review"].tolist()), rest["label"], strict=True)]
    )
    assert right == pytest.approx(model.quality.accuracy.value, abs=0.04)


def test_exact_repeats_among_consumer_complaints_are_found(reference_data: Path) -> None:
    expected = answer(reference_data, "text/cfpb_narratives_a")
    texts = pd.read_csv(reference_data / "complaints/cfpb_narratives_a.csv")["narrative"]

    found = near_duplicates(texts.tolist(), threshold=0.9)

    exact = sum(texts[pair.first] == texts[pair.second] for pair in found.pairs)
    assert len(texts) == expected["rows"]
    assert texts.nunique() == expected["distinct"]
    assert exact == expected["rows"] - expected["distinct"]


def test_redaction_leaves_ordinary_reviews_nearly_untouched(reference_data: Path) -> None:
    texts = pd.read_csv(reference_data / "text/ChnSentiCorp_htl_all.csv")["review"].dropna()

    touched = [text for text in texts if redact(text).spans]

    assert len(touched) < 0.01 * len(texts)
