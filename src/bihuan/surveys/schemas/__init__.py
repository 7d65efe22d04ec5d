"""What the API takes and gives of surveys."""

from bihuan.surveys.schemas.imports import (
    CommentOut,
    LinksIn,
    MappingIn,
    ProposalOut,
    SurveyFilter,
    SurveyOut,
    WithdrawIn,
)

__all__ = ["CommentOut", "LinksIn", "MappingIn", "ProposalOut", "SurveyFilter", "SurveyOut", "WithdrawIn"]
