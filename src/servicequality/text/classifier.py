"""A small text classifier trained on the organisation's own labels, with measured precision and recall."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse, special

from servicequality.errors import DataError, NotConvergedError, ParameterError
from servicequality.intervals import wilson
from servicequality.results import Estimate, Result
from servicequality.text.grams import character_grams
from servicequality.text.normalise import letters_only

Floats = NDArray[np.float64]
_FORMAT = 1


@dataclass(frozen=True)
class LabelQuality(Result):
    """Measured on texts the model had not seen: precision and recall of one label with Wilson intervals,
    ``support`` texts that carry it."""

    label: str
    precision: Estimate
    recall: Estimate
    support: int


@dataclass(frozen=True)
class Quality(Result):
    """Cross-validated quality: ``accuracy``, ``labels``, ``confusion`` rows = truth, columns = answer."""

    accuracy: Estimate
    labels: tuple[LabelQuality, ...]
    confusion: NDArray[np.int64]
    folds: int
    n: int


@dataclass(frozen=True)
class Prediction(Result):
    """``label`` None where the best probability stays below the asked threshold; ``probability`` of the best;
    ``probabilities`` by label."""

    label: str | None
    probability: float
    probabilities: dict[str, float]


@dataclass(frozen=True)
class TextClassifier:
    """Character n-gram TF-IDF with multinomial logistic regression.

    ``keys`` sorted n-gram codes, ``idf`` and ``coefficients`` (features, labels) beside them, ``intercepts``
    (labels,), ``labels`` in column order, ``grams`` shortest and longest n-gram, ``quality`` as measured at
    training (None after loading a file without it).
    """

    keys: NDArray[np.uint64]
    idf: Floats
    coefficients: Floats
    intercepts: Floats
    labels: tuple[str, ...]
    grams: tuple[int, int]
    quality: Quality | None = None

    def probabilities(self, texts: Sequence[str]) -> Floats:
        """Probabilities, shape (texts, labels). A text without any known n-gram gets the intercepts'."""
        features = _features(texts, self.keys, self.idf, self.grams)
        return np.asarray(special.softmax(features @ self.coefficients + self.intercepts, axis=1))

    def predict(self, texts: Sequence[str], *, threshold: float = 0.0) -> list[Prediction]:
        """Label texts; below ``threshold`` the label is None ("unsure": give it to a person)."""
        table = self.probabilities(texts)
        answers = []
        for row in table:
            best = int(row.argmax())
            label = self.labels[best] if row[best] >= threshold else None
            by_label = {name: float(p) for name, p in zip(self.labels, row, strict=True)}
            answers.append(Prediction(label, float(row[best]), by_label))
        return answers

    def to_bytes(self) -> bytes:
        """Weights and vocabulary as a plain .npz of numbers and text (no pickle); where it is kept is yours."""
        described = json.dumps({"format": _FORMAT, "labels": self.labels, "grams": self.grams}, ensure_ascii=False)
        out = io.BytesIO()
        np.savez_compressed(
            out,
            keys=self.keys,
            idf=self.idf,
            coefficients=self.coefficients,
            intercepts=self.intercepts,
            described=np.array(described),
        )
        return out.getvalue()


def classifier_from_bytes(content: bytes) -> TextClassifier:
    """Read what ``TextClassifier.to_bytes`` gave; pickled content is refused.

    Errors: DataError for content of another kind, or parts that do not fit together.
    """
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            described = json.loads(str(file["described"]))
            keys, idf = file["keys"], file["idf"]
            coefficients, intercepts = file["coefficients"], file["intercepts"]
    except (KeyError, ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise DataError("is not a stored classifier", place="content") from error
    labels = tuple(str(label) for label in described.get("labels", ()))
    fits = coefficients.shape == (keys.size, len(labels)) and idf.shape == keys.shape
    if described.get("format") != _FORMAT or not fits or intercepts.shape != (len(labels),):
        raise DataError("parts of the classifier do not fit together", place="content")
    low, high = described["grams"]
    return TextClassifier(keys, idf, coefficients, intercepts, labels, (int(low), int(high)))


def _vocabulary(
    letters: Sequence[str], grams: tuple[int, int], min_texts: int, limit: int
) -> tuple[NDArray[np.uint64], Floats]:
    keys, rows = character_grams(letters, low=grams[0], high=grams[1])
    order = np.lexsort((rows, keys))
    keys, rows = keys[order], rows[order]
    fresh = np.ones(keys.size, dtype=bool)
    fresh[1:] = (keys[1:] != keys[:-1]) | (rows[1:] != rows[:-1])
    unique, counts = np.unique(keys[fresh], return_counts=True)
    kept = counts >= min_texts
    unique, counts = unique[kept], counts[kept]
    if unique.size > limit:
        chosen = np.sort(np.argsort(-counts, kind="stable")[:limit])
        unique, counts = unique[chosen], counts[chosen]
    idf = np.log((1 + len(letters)) / (1 + counts)) + 1
    return unique, idf


def _features(texts: Sequence[str], keys: NDArray[np.uint64], idf: Floats, grams: tuple[int, int]) -> sparse.csr_matrix:
    letters = [letters_only(text)[0] for text in texts]
    return _matrix(letters, keys, idf, grams)


def _matrix(letters: Sequence[str], keys: NDArray[np.uint64], idf: Floats, grams: tuple[int, int]) -> sparse.csr_matrix:
    found, rows = character_grams(letters, low=grams[0], high=grams[1])
    columns = np.searchsorted(keys, found)
    columns[columns == keys.size] = 0
    known = keys[columns] == found if keys.size else np.zeros(found.size, dtype=bool)
    counts = sparse.csr_matrix(
        (np.ones(int(known.sum())), (rows[known], columns[known])), shape=(len(letters), keys.size)
    )
    counts.sum_duplicates()
    counts.data = (1 + np.log(counts.data)) * idf[counts.indices]
    lengths = np.sqrt(np.asarray(counts.multiply(counts).sum(axis=1)).ravel())
    scale = np.divide(1.0, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    return sparse.csr_matrix(sparse.diags_array(scale) @ counts)


def _fit(features: sparse.csr_matrix, truth: NDArray[np.int64], classes: int, C: float) -> tuple[Floats, Floats]:
    """Multinomial logistic regression, ridge penalty 1 / (2 C) on the coefficients, by L-BFGS."""
    n, width = features.shape
    onehot = np.zeros((n, classes))
    onehot[np.arange(n), truth] = 1.0
    transposed = sparse.csr_matrix(features.T)

    def loss(flat: Floats) -> tuple[float, Floats]:
        table = flat.reshape(width + 1, classes)
        scores = features @ table[:-1] + table[-1]
        logs = scores - special.logsumexp(scores, axis=1, keepdims=True)
        value = -C * float((onehot * logs).sum()) + 0.5 * float((table[:-1] ** 2).sum())
        error = C * (np.exp(logs) - onehot)
        gradient = np.vstack([transposed @ error + table[:-1], error.sum(axis=0)])
        return value, gradient.ravel()

    start = np.zeros((width + 1) * classes)
    answer = optimize.minimize(
        loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 300, "gtol": 1e-4, "ftol": 1e-9}
    )
    if not answer.success:
        raise NotConvergedError(f"training stopped: {answer.message}")
    table = answer.x.reshape(width + 1, classes)
    return table[:-1], table[-1]


def _folds(letters: Sequence[str], truth: NDArray[np.int64], folds: int, seed: int) -> NDArray[np.int64]:
    """Fold per text, labels spread evenly; texts that are equal after normalisation share a fold."""
    random = np.random.default_rng(seed)
    number: dict[tuple[int, str], int] = {}
    used: dict[int, int] = {}
    fold = np.zeros(len(letters), dtype=np.int64)
    for i in random.permutation(len(letters)):
        key = (int(truth[i]), letters[i])
        if key not in number:
            number[key] = used.get(key[0], 0) % folds
            used[key[0]] = number[key] + 1
        fold[i] = number[key]
    return fold


def train_classifier(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    grams: tuple[int, int] = (1, 3),
    min_texts: int = 2,
    max_features: int = 100_000,
    C: float = 10.0,
    folds: int = 5,
    seed: int = 20240601,
) -> TextClassifier:
    """Train on labelled texts and measure on held-out ones.

    Args:
        texts, labels: one label per text, at least two labels with at least ``folds`` different texts each.
        grams: shortest and longest character n-gram, within 1..3.
        min_texts: an n-gram must occur in as many texts. max_features: the most frequent are kept.
        C: strength of the data against the ridge penalty (larger = closer fit).
        folds: of the cross-validation; equal texts never stand on both sides. seed: of the folds.

    Returns:
        TextClassifier trained on all texts, with the cross-validated ``quality``. Do not use a label whose
        precision interval reaches below what the purpose needs.

    Errors: DataError for lengths that differ, one label only, or a label with too few texts; ParameterError for
        parameters out of range; NotConvergedError.

    Source: Manning, Raghavan, Schuetze 2008, Introduction to Information Retrieval, ch. 6 and 13.
    """
    if len(texts) != len(labels):
        raise DataError(f"{len(texts)} texts and {len(labels)} labels", place="labels")
    if folds < 2 or C <= 0 or min_texts < 1 or max_features < 1:
        raise ParameterError("folds >= 2, C > 0, min_texts >= 1 and max_features >= 1 are needed")
    names = tuple(sorted({str(label) for label in labels}))
    if len(names) < 2:
        raise DataError("at least two different labels are needed", place="labels")
    truth = np.array([names.index(str(label)) for label in labels], dtype=np.int64)
    letters = [letters_only(text)[0] for text in texts]
    for k, name in enumerate(names):
        distinct = len({letters[i] for i in np.flatnonzero(truth == k)})
        if distinct < folds:
            raise DataError(f"has {distinct} different texts, needs {folds}", place=name)
    fold = _folds(letters, truth, folds, seed)
    guess = np.zeros(len(letters), dtype=np.int64)
    for k in range(folds):
        inside, outside = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
        seen = [letters[i] for i in inside]
        keys, idf = _vocabulary(seen, grams, min_texts, max_features)
        weights, intercepts = _fit(_matrix(seen, keys, idf, grams), truth[inside], len(names), C)
        held = _matrix([letters[i] for i in outside], keys, idf, grams)
        guess[outside] = np.asarray(held @ weights + intercepts).argmax(axis=1)
    keys, idf = _vocabulary(letters, grams, min_texts, max_features)
    weights, intercepts = _fit(_matrix(letters, keys, idf, grams), truth, len(names), C)
    return TextClassifier(keys, idf, weights, intercepts, names, grams, _quality(names, truth, guess, folds))


def _quality(names: tuple[str, ...], truth: NDArray[np.int64], guess: NDArray[np.int64], folds: int) -> Quality:
    confusion = np.zeros((len(names), len(names)), dtype=np.int64)
    np.add.at(confusion, (truth, guess), 1)
    rows = []
    for k, name in enumerate(names):
        right, said, there = int(confusion[k, k]), int(confusion[:, k].sum()), int(confusion[k].sum())
        rows.append(LabelQuality(name, wilson(right, said), wilson(right, there), there))
    n = int(confusion.sum())
    return Quality(wilson(int(np.trace(confusion)), n), tuple(rows), confusion, folds, n)
