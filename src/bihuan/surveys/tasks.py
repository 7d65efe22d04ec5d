"""Jobs of surveys: large files are read and imported here, so that no page waits for them."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from bihuan.accounts.selectors import actor_with_id
from bihuan.foundation.jobs import task
from bihuan.foundation.scope import system_scope
from bihuan.surveys import services
from bihuan.surveys.models import Campaign, Mailing, SurveyExport, SurveyImport
from bihuan.surveys.selectors import campaigns_to_check, campaigns_to_count
from bihuan.surveys.selectors.quality import campaigns_to_look_at
from bihuan.surveys.services import answer_files, answer_quality, exporting, field_notices, quotas, saving

SENDING = timedelta(minutes=4)
# Longer than any begun answer may be gone on with.
UNSENT_FILES = timedelta(days=120)


@task()
def read_file(survey_id: int) -> str:
    with system_scope("surveys"):
        survey = SurveyImport.objects.select_related("unit").get(pk=survey_id)
        actor = actor_with_id(survey.uploaded_by_id)
        return services.survey_read_in_background(survey=survey, actor=actor).state


@task()
def import_file(survey_id: int) -> str:
    with system_scope("surveys"):
        survey = SurveyImport.objects.select_related("unit").get(pk=survey_id)
        actor = actor_with_id(survey.imported_by_id)
        return services.survey_import_in_background(survey=survey, actor=actor).state


@task()
def count_answers() -> int:
    """Bring the counts of every survey in the field up to now."""
    with system_scope("surveys"):
        return sum(services.tally_update(campaign=one, seconds=20).responses for one in campaigns_to_count())


@task()
def check_counts() -> int:
    """Put one check a survey into the queue, so that a large one does not keep the others waiting."""
    with system_scope("surveys"):
        found = campaigns_to_check()
        for campaign in found:
            check_count.enqueue(campaign.pk)
        return len(found)


@task()
def check_count(campaign_id: int) -> int:
    with system_scope("surveys"):
        return len(services.tally_check(campaign=Campaign.objects.get(pk=campaign_id)))


@task()
def campaigns_on_time() -> str:
    """Open and close what is due."""
    with system_scope("surveys_field"):
        opened, closed = services.campaigns_on_time(now=timezone.now())
    return f"{opened} opened, {closed} closed"


@task()
def make_export(export_id: int) -> str:
    """Write a package or a SAV file; asked twice it makes it once."""
    with system_scope("survey_exports"):
        export = SurveyExport.objects.select_related("campaign__unit", "survey__unit").get(pk=export_id)
        return exporting.export_make(export=export, actor=actor_with_id(export.asked_by_id)).state


@task()
def tidy_exports() -> int:
    with system_scope("survey_exports"):
        return exporting.exports_tidy(now=timezone.now())


@task()
def check_answers(campaign_id: int) -> int:
    """Look for signs of careless answering in one survey."""
    with system_scope("survey_quality"):
        campaign = Campaign.objects.select_related("unit", "version_of_form").get(pk=campaign_id)
        return answer_quality.quality_check(campaign=campaign).flagged


@task()
def check_quality() -> int:
    """Put every survey with answers that were not looked at into the queue."""
    with system_scope("survey_quality"):
        found = campaigns_to_look_at()
        for campaign in found:
            check_answers.enqueue(campaign.pk)
        return len(found)


@task()
def mailings_on_time() -> int:
    """Put every round of letters that has work to do into the queue."""
    with system_scope("surveys_field"):
        due = services.mailings_due(timezone.now())
    for mailing_id in due:
        send_mailing.enqueue(mailing_id)
    return len(due)


@task()
def send_mailing(mailing_id: int) -> int:
    """Send letters for some minutes; what is left goes on as a further job."""
    until = timezone.now() + SENDING
    with system_scope("surveys_field"):
        while left := services.mailing_send(
            mailing=Mailing.objects.select_related("campaign__unit", "campaign__version_of_form").get(pk=mailing_id)
        ):
            if timezone.now() >= until:
                send_mailing.enqueue(mailing_id)
                break
    return left


@task()
def rebuild_count(campaign_id: int) -> int:
    with system_scope("surveys"):
        return services.tally_rebuild(campaign=Campaign.objects.get(pk=campaign_id)).responses


@task()
def tidy_doors() -> str:
    """Give back quota places whose time is up, and drop what nobody came back for."""
    now = timezone.now()
    with system_scope("survey_door"):
        places = quotas.leases_return(now=now)
        begun = saving.saved_clear(now=now)
        files = answer_files.files_forget(before=timezone.localdate(now) - UNSENT_FILES)
    return f"{places} places, {begun} begun, {files} files"


@task()
def tell_of_progress() -> int:
    """Once a day: who is short before the end, what has closed under its minimum."""
    with system_scope("survey_notices"):
        return field_notices.field_notices(now=timezone.now())
