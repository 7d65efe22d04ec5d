"""Comments and transcripts, Chinese first: themes, own classifier, near-duplicates, phrases, redaction."""

from servicequality.text.classifier import (
    LabelQuality,
    Prediction,
    Quality,
    TextClassifier,
    classifier_from_bytes,
    train_classifier,
)
from servicequality.text.duplicates import DuplicatePair, Duplicates, jaccard, near_duplicates, shingles
from servicequality.text.phrases import Phrase, PhraseCheck, PhraseFound, check_phrases
from servicequality.text.redaction import Redaction, Span, redact, redact_names
from servicequality.text.themes import (
    Lexicon,
    Opinion,
    Tagging,
    Theme,
    ThemeHit,
    lexicon_from,
    service_lexicon,
    tag_themes,
)

__all__ = [
    "DuplicatePair",
    "Duplicates",
    "LabelQuality",
    "Lexicon",
    "Opinion",
    "Phrase",
    "PhraseCheck",
    "PhraseFound",
    "Prediction",
    "Quality",
    "Redaction",
    "Span",
    "Tagging",
    "TextClassifier",
    "Theme",
    "ThemeHit",
    "check_phrases",
    "classifier_from_bytes",
    "jaccard",
    "lexicon_from",
    "near_duplicates",
    "redact",
    "redact_names",
    "service_lexicon",
    "shingles",
    "tag_themes",
    "train_classifier",
]
