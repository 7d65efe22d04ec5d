"""What a program sends through a door of kind "api", and what it gets back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from ninja import Field, Schema

from bihuan.foundation.api import Problem


class DoorFormOut(Schema):
    """The form as it is answered now; ``version_id`` and ``content_hash`` name it for good."""

    code: str
    campaign_id: int
    campaign: str
    opening: str
    version_id: int
    content_hash: str
    body: dict[str, Any]


class SurveyAnswersIn(Schema):
    """``client_uuid`` is chosen by the sender, once an answer: sending again under it is safe."""

    client_uuid: UUID
    answers: dict[str, Any]
    states: dict[str, str] = {}
    language: str = Field("", max_length=10)
    token: str = Field("", max_length=100)
    segment: str = Field("", max_length=40)
    unit_id: int | None = None
    seconds: int | None = Field(None, ge=0, le=86_400)


class SurveyAnswersOut(Schema):
    id: int
    client_uuid: UUID
    is_new: bool


class AnswerProblem(Schema):
    item: str
    kind: str
    message: str


class AnswerProblems(Problem):
    """All that is wrong, item by item; ``place`` is the first."""

    problems: list[AnswerProblem] = []


class FileOut(Schema):
    """``reference`` goes into the answer to the item the file was sent for."""

    reference: str
    name: str
    media_type: str
    size: int
