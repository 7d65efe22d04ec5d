"""Addresses of on-site studies and of the voice of staff."""

from __future__ import annotations

from django.urls import URLPattern, path

from bihuan.surveys.views import staff, studies


def plan(word: str, view: type, name: str) -> URLPattern:
    return path(f"studies/plans/<int:pk>/{word}/", view.as_view(), name=f"study-plan-{name}")  # type: ignore[attr-defined]


def visit(word: str, view: type, name: str) -> URLPattern:
    return path(f"studies/<int:pk>/{word}/", view.as_view(), name=f"study-{name}")  # type: ignore[attr-defined]


def voice(word: str, view: type, name: str) -> URLPattern:
    return path(f"staff/<int:pk>/{word}/", view.as_view(), name=f"staff-voice-{name}")  # type: ignore[attr-defined]


urlpatterns: list[URLPattern] = [
    path("studies/", studies.VisitList.as_view(), name="studies"),
    path("studies/plans/", studies.PlanList.as_view(), name="study-plans"),
    path("studies/plans/new/", studies.PlanNew.as_view(), name="study-plan-new"),
    path("studies/plans/<int:pk>/", studies.PlanPage.as_view(), name="study-plan"),
    plan("edit", studies.PlanEdit, "edit"),
    plan("draw", studies.PlanDraw, "draw"),
    plan("add-unit", studies.PlanAddUnit, "add-unit"),
    path("studies/<int:pk>/", studies.VisitPage.as_view(), name="study"),
    visit("print", studies.VisitPrint, "print"),
    visit("docx", studies.VisitDocx, "docx"),
    visit("arrange", studies.VisitArrange, "arrange"),
    visit("begin", studies.VisitBegin, "begin"),
    visit("talk", studies.TalkAdd, "talk"),
    visit("note", studies.NoteAdd, "note"),
    visit("report", studies.VisitReport, "report"),
    visit("send-back", studies.VisitSendBack, "send-back"),
    visit("close", studies.VisitClose, "close"),
    visit("cancel", studies.VisitCancel, "cancel"),
    visit("restore", studies.VisitRestore, "restore"),
    visit("reopen", studies.VisitReopen, "reopen"),
    path("studies/notes/<int:pk>/withdraw/", studies.NoteWithdraw.as_view(), name="study-note-withdraw"),
    path("staff/", staff.StaffVoiceList.as_view(), name="staff-voices"),
    path("staff/new/", staff.StaffVoiceNew.as_view(), name="staff-voice-new"),
    path("staff/<int:pk>/", staff.StaffVoicePage.as_view(), name="staff-voice"),
    voice("answer", staff.StaffVoiceAnswer, "answer"),
    voice("take-back", staff.StaffVoiceTakeBack, "take-back"),
    voice("reopen", staff.StaffVoiceReopen, "reopen"),
]
