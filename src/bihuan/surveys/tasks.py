"""Jobs of surveys: large files are read and imported here, so that no page waits for them."""

from __future__ import annotations

from bihuan.accounts.models import User
from bihuan.accounts.selectors import actor_of_user
from bihuan.foundation.actor import NOBODY, Actor
from bihuan.foundation.jobs import task
from bihuan.foundation.scope import system_scope
from bihuan.surveys import services
from bihuan.surveys.models import SurveyImport


def actor_for(user_id: int | None) -> Actor:
    """Who asked for the work, with the rights held now; a withdrawn right stops it."""
    user = User.objects.select_related("person").filter(pk=user_id or 0, is_active=True).first()
    return actor_of_user(user) if user is not None else NOBODY


@task()
def read_file(survey_id: int) -> str:
    with system_scope("surveys"):
        survey = SurveyImport.objects.select_related("unit").get(pk=survey_id)
        actor = actor_for(survey.uploaded_by_id)
        return services.survey_read_in_background(survey=survey, actor=actor).state


@task()
def import_file(survey_id: int) -> str:
    with system_scope("surveys"):
        survey = SurveyImport.objects.select_related("unit").get(pk=survey_id)
        actor = actor_for(survey.imported_by_id)
        return services.survey_import_in_background(survey=survey, actor=actor).state
