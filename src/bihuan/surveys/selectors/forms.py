"""Which surveys use which form: for the list of forms, one floor below."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from bihuan.surveys.models import Campaign, SurveyImport


def campaigns_by_form() -> tuple[QuerySet[Campaign], str]:
    return Campaign.objects.exclude(state="discarded"), "version_of_form__instrument"


def imports_by_form() -> tuple[QuerySet[SurveyImport], str]:
    return SurveyImport.objects.all(), "result__form_version__instrument"


def campaign_address(form: Any) -> str:
    """Where a campaign with the form begins, the form chosen already."""
    return f"{reverse('surveys:campaign-new')}?form=form:{form.pk}"
