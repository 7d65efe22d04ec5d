"""Acts on exports of single answers: asked for, made by the worker or streamed at once, kept for some days, removed."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor, system_actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError, DomainError, StaleRecordError
from bihuan.foundation.jobs import enqueue
from bihuan.foundation.lifecycle import perform
from bihuan.foundation.scope import system_scope
from bihuan.surveys import keeping
from bihuan.surveys.exporting.wanted import Wanted
from bihuan.surveys.models import Campaign, SurveyExport, SurveyImport
from bihuan.surveys.permissions import EXPORT

if TYPE_CHECKING:
    from bihuan.surveys.exporting.package import Made
    from bihuan.surveys.exporting.rows import Export

KEPT_DAYS = 7
GIVEN_UP = timedelta(hours=2)
SCOPE = "survey_exports"
MADE_BY_WORKER = (SurveyExport.Kind.PACKAGE, SurveyExport.Kind.SAV)
NOTHING = gettext_noop("There are no answers to take out yet.")


@transaction.atomic
def export_ask(
    *,
    survey: Campaign | SurveyImport,
    actor: Actor,
    kind: str,
    values: str = SurveyExport.Values.CODES,
    language: str,
    wanted: Wanted,
    at: datetime | None = None,
) -> SurveyExport:
    """Note who takes answers out and which; a package or SAV file is made by the worker, the others are streamed."""
    actor.require(EXPORT, survey.org_path)
    if kind not in SurveyExport.Kind.values or values not in SurveyExport.Values.values:
        raise BadInputError()
    if wanted.since and wanted.until and wanted.since > wanted.until:
        raise BadInputError(_("The period ends before it begins."), place="until")
    export = SurveyExport.objects.create(
        campaign=survey if isinstance(survey, Campaign) else None,
        survey=survey if isinstance(survey, SurveyImport) else None,
        org_path=survey.org_path,
        state=SurveyExport.lifecycle.initial,
        kind=kind,
        values=values,
        language=language,
        wanted=wanted.to_dict(),
        asked_at=at or timezone.now(),
        asked_by_id=actor.user_id,
        asked_by_name=actor.name,
    )
    activity(survey, "export_answers", actor=actor, after={"export": export.pk, "file": kind, "filter": export.wanted})
    if kind in MADE_BY_WORKER:
        enqueue("bihuan.surveys.tasks.make_export", export.pk)
    return export


@contextmanager
def unmapped() -> Iterator[None]:
    """Read without mapping the database file into memory: an export walks through all of it once."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA mmap_size").fetchone()
        cursor.execute("PRAGMA mmap_size=0")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA mmap_size={int(before[0]) if before else 0}")


def opened(export: SurveyExport, actor: Actor) -> tuple[Export, Wanted]:
    """The rows and columns of an export, fixed now."""
    from bihuan.surveys.exporting.rows import Export, snapshot_of  # numerics take a second to load
    from bihuan.surveys.exporting.source import source_of

    wanted = Wanted.from_dict(export.wanted)
    source = source_of(export.of)
    return Export(source, snapshot_of(source, wanted, actor)), wanted


def shown_progress(export: SurveyExport) -> Callable[[int], None]:
    """Write how far the work is, once a percent."""
    said = -1

    def show(percent: int) -> None:
        nonlocal said
        if percent > said:
            said = percent
            SurveyExport.objects.filter(pk=export.pk, state="waiting").update(progress=min(percent, 99))

    return show


def export_make(*, export: SurveyExport, actor: Actor) -> SurveyExport:
    """The worker's part: write the files, keep the result by its content, say what is in it. Safe to repeat."""
    if export.state != "waiting":
        return export
    with override(export.language):
        try:
            actor.require(EXPORT, export.org_path)  # a right withdrawn meanwhile stops the work
            with unmapped(), tempfile.TemporaryDirectory(dir=keeping.workshop()) as folder:
                made = made_in(Path(folder), export, actor)
                keeping.keep_export(made.path, made.whole.sha256)
        except DomainError as refused:
            return export_fail(export=export, problem=str(refused.message))
        return export_finish(export=export, made=made, actor=actor)


def made_in(folder: Path, export: SurveyExport, actor: Actor) -> Made:
    from bihuan.surveys.exporting.figures import Figures
    from bihuan.surveys.exporting.package import make_package, make_sav
    from bihuan.surveys.exporting.study import manifest_of, study_of

    rows, wanted = opened(export, actor)
    if not len(rows):
        raise ActionNotAllowedError(_(NOTHING))
    facts: dict[str, Any] = {"asked_at": export.asked_at, "by": export.asked_by_name}
    study = study_of(rows, wanted, **facts)
    progress = shown_progress(export)
    if export.kind == SurveyExport.Kind.SAV:
        return make_sav(rows, folder, language=export.language, study=study, progress=progress)
    return make_package(
        rows,
        folder,
        language=export.language,
        study=study,
        figures=Figures(rows.source, rows.variables),
        manifest=manifest_of(rows, wanted, language=export.language, **facts),
        progress=progress,
    )


@transaction.atomic
def export_finish(*, export: SurveyExport, made: Made, actor: Actor) -> SurveyExport:
    now = timezone.now()
    SurveyExport.objects.filter(pk=export.pk).update(
        rows=made.rows,
        size=made.whole.size,
        digest=made.whole.sha256,
        files=[one.to_dict() for one in made.files],
        progress=100,
    )
    with suppress(StaleRecordError):  # two workers made the same file; one of them has said so
        times = {"finished_at": now, "expires_at": now + timedelta(days=KEPT_DAYS)}
        perform(export, "finish", actor=actor, data={**times, "rows": made.rows, "sha256": made.whole.sha256})
    export.refresh_from_db()
    return export


@transaction.atomic
def export_fail(*, export: SurveyExport, problem: str) -> SurveyExport:
    SurveyExport.objects.filter(pk=export.pk).update(problem=problem[:300])
    perform(
        export, "fail", actor=system_actor("surveys"), data={"finished_at": timezone.now(), "reason": problem[:300]}
    )
    export.refresh_from_db()
    return export


@transaction.atomic
def export_remove(*, export: SurveyExport, actor: Actor, reason: str) -> SurveyExport:
    """Take a kept file away before its time."""
    perform(export, "remove", actor=actor, data={"reason": reason})
    drop_if_last(export)
    return export


def drop_if_last(export: SurveyExport) -> None:
    """Remove the file unless another line still offers the same bytes."""
    digest = export.digest
    if not SurveyExport._base_manager.filter(digest=digest, state="ready").exists():
        transaction.on_commit(lambda: keeping.drop_export(digest))


def exports_tidy(*, now: datetime) -> int:
    """Remove files whose time is up; what was begun and never finished is said to have failed."""
    by, count = system_actor("surveys"), 0
    for export in SurveyExport.objects.filter(state="ready", expires_at__lte=now):
        with transaction.atomic():
            perform(export, "expire", actor=by)
            drop_if_last(export)
        count += 1
    for export in SurveyExport.objects.filter(state="waiting", asked_at__lt=now - GIVEN_UP):
        with override(export.language):
            export_fail(export=export, problem=_("It was not finished; ask for it again."))
        count += 1
    keeping.sweep((now - GIVEN_UP).timestamp())
    return count


def export_open(*, export: SurveyExport, actor: Actor) -> BinaryIO:
    """Hand a kept file over and log it; who may not have it, and a file that is gone, are refused."""
    actor.require(EXPORT, export.org_path)
    gone = ActionNotAllowedError(_("This file is no longer kept; ask for it again."))
    if export.state != "ready":
        raise gone
    try:
        content = keeping.export_path(export.digest).open("rb")
    except FileNotFoundError as error:
        raise gone from error
    activity(export, "download", actor=actor, after={"sha256": export.digest})
    return content


def export_stream(*, export: SurveyExport, actor: Actor) -> Iterator[bytes]:
    """CSV or XLSX in pieces while it is read; row count and hash are noted when the last piece has gone out.

    The response streams after the request's scope has ended, so every piece is made in a scope of its own.
    """
    from bihuan.surveys.exporting.files import Counted

    count = Counted()
    sent = 0
    is_whole = False
    reading = ExitStack()
    try:
        reading.enter_context(unmapped())
        with system_scope(SCOPE), override(export.language):
            rows, _wanted = opened(export, actor)
            pieces = count(stream_of(export, rows))
        while True:
            with system_scope(SCOPE), override(export.language):
                piece = next(pieces, None)
            if piece is None:
                break
            if piece:
                yield piece
        sent, is_whole = len(rows), True
    finally:
        reading.close()
        with system_scope(SCOPE):
            export_sent(export=export, actor=actor, count=count, rows=sent, is_whole=is_whole)


def stream_of(export: SurveyExport, rows: Export) -> Iterator[bytes]:
    from bihuan.surveys.exporting.streams import csv_stream, xlsx_stream

    language = export.language if export.values == SurveyExport.Values.LABELS else None
    if export.kind == SurveyExport.Kind.CSV:
        return csv_stream(rows, language)
    return xlsx_stream(rows, language)


@transaction.atomic
def export_sent(*, export: SurveyExport, actor: Actor, count: object, rows: int, is_whole: bool) -> None:
    """Note what left the house; a download that was broken off says so."""
    size, digest = count.size, count.mark.hexdigest()  # type: ignore[attr-defined]
    SurveyExport.objects.filter(pk=export.pk).update(
        rows=rows if is_whole else None, size=size, digest=digest if is_whole else "", progress=100 if is_whole else 0
    )
    perform(
        export,
        "send" if is_whole else "break_off",
        actor=actor if is_whole else system_actor("surveys"),
        data={"finished_at": timezone.now(), "size": size, **({"rows": rows, "sha256": digest} if is_whole else {})},
    )
