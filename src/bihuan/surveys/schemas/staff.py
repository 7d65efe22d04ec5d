"""What the API takes and gives of the voice of staff."""

from __future__ import annotations

from datetime import datetime

from ninja import Field, Schema


class VoiceFilter(Schema):
    state: list[str] = Field(default_factory=list)
    kind: list[str] = Field(default_factory=list)
    unit_id: int | None = None


class VoiceIn(Schema):
    """``is_unnamed``: neither the record nor the log then knows who it was."""

    unit_id: int
    kind: str
    title: str = Field(max_length=200)
    text: str
    is_unnamed: bool = False


class VoiceOut(Schema):
    id: int
    number: str
    state: str
    kind: str
    title: str
    text: str
    unit_id: int
    is_unnamed: bool
    handed_in_by: str = Field(alias="speaker_name")
    handed_in_at: datetime
    verdict: str
    answer: str
    answered_at: datetime | None
    answered_by: str = Field(alias="answered_by_name")


class VoiceAnswerIn(Schema):
    verdict: str
    answer: str
