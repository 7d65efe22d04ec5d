"""What the API takes and gives of surveys."""

from bihuan.surveys.schemas.imports import (
    LinksIn,
    MappingIn,
    ProposalOut,
    SurveyCommentOut,
    SurveyFilter,
    SurveyOut,
    WithdrawIn,
)

__all__ = ["LinksIn", "MappingIn", "ProposalOut", "SurveyCommentOut", "SurveyFilter", "SurveyOut", "WithdrawIn"]
