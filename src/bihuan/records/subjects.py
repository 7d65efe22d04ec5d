"""Which records may carry files and comments, and whose right opens them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.apps import apps
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import OutOfScopeError
from bihuan.foundation.models import ScopedModel, StatefulModel
from bihuan.foundation.permissions import SIGNED_IN
from bihuan.foundation.references import Reference


@dataclass(frozen=True)
class SubjectRule:
    view_permission: str
    comment_permission: str


_rules: dict[str, SubjectRule] = {}
_own_pages: dict[str, str] = {}
_actions: dict[str, str | Promise] = {
    "create": _("created it"),
    "edit": _("changed it"),
    "delete": _("deleted it"),
    "comment": _("commented"),
    "comment_withdraw": _("withdrew a comment"),
    "attach": _("attached a file"),
    "attachment_withdraw": _("withdrew a file"),
    "unrecorded_write": _("changed rows without a log line"),
    "move": _("moved it"),
    "assign": _("assigned it"),
    "add_member": _("added a member"),
    "remove_member": _("removed a member"),
    "grant": _("gave a role"),
    "grant_end": _("ended a role"),
    "user_create": _("let somebody sign in"),
    "user_lock": _("locked the user"),
    "user_unlock": _("unlocked the user"),
    "password_reset": _("set a new password"),
    "role_change": _("changed a role"),
    "publish": _("published it"),
}
_values: dict[str, dict[str, str | Promise]] = {}
_fields: dict[str, str | Promise] = {
    "person": _("person"),
    "decided_by_name": _("decided by"),
    "published_by_name": _("published by"),
    "unit": _("unit"),
    "user": _("user"),
    "username": _("user name"),
    "role": _("role"),
    "since": _("since"),
    "permissions": _("rights"),
    "rule": _("rule"),
    "name": _("name"),
    "size": _("size in bytes"),
    "comment": _("comment number"),
    "id": _("number"),
    "kind": _("kind"),
    "version": _("version"),
    "number": _("number"),
    "org_path": _("unit path"),
    "table": _("table"),
    "statement": _("statement"),
    "rows": _("rows"),
}


def register_subject(model_label: str, view_permission: str, comment_permission: str) -> None:
    """Let records of ``model_label`` ("rectification.finding") carry files and comments; call in ready."""
    _rules[model_label.lower()] = SubjectRule(view_permission, comment_permission)


def register_own_page(model_label: str, url_name: str) -> None:
    """Say which page shows a record of ``model_label`` to the one person it concerns, who may hold no right at all.

    A notification leads there by the record's number; the page itself asks whose it is.
    """
    _own_pages[model_label.lower()] = url_name


def own_page_of(reference: Reference) -> str:
    """Address of the page for whom the record concerns; "" where there is none."""
    url_name = _own_pages.get(reference.label, "")
    return reverse(url_name, kwargs={"pk": reference.id}) if url_name else ""


def register_actions(labels: Mapping[str, str | Promise]) -> None:
    """Say in words what an action of the log is ("handed it over"), where no lifecycle does."""
    _actions.update(labels)


def register_fields(labels: Mapping[str, str | Promise]) -> None:
    """Say in words what a key of before/after means where it is no field of the record."""
    _fields.update(labels)


def register_values(name: str, labels: Mapping[str, str | Promise]) -> None:
    """Say in words what the values of a key of before/after mean where it is no field of the record."""
    _values.setdefault(name, {}).update(labels)


def value_label(name: str, value: object) -> str:
    return str(_values.get(name, {}).get(str(value), ""))


def registered() -> Mapping[str, SubjectRule]:
    return _rules


def rule_of(subject: ScopedModel) -> SubjectRule:
    rule = _rules.get(subject._meta.label_lower)
    if rule is None:
        raise OutOfScopeError()
    return rule


def allowed(actor: Actor, permission: str, org_path: str) -> bool:
    return permission == SIGNED_IN or actor.can(permission, org_path)


def path_of(subject: ScopedModel) -> str:
    return str(getattr(subject, subject.scope_field))


def subject_for(actor: Actor, reference: Reference, *, comment: bool = False) -> ScopedModel:
    """Load a record that ``actor`` may see (or add to).

    Raises OutOfScopeError where there is none for this actor, NotPermittedError for an insider without the right.
    """
    rule = _rules.get(reference.label)
    found = reference.load() if rule is not None else None
    if rule is None or not isinstance(found, ScopedModel):
        raise OutOfScopeError()
    for permission in {rule.view_permission, rule.comment_permission if comment else rule.view_permission}:
        if permission != SIGNED_IN:
            actor.require(permission, path_of(found))
    return found


def action_label(subject_type: str, action: str) -> str:
    try:
        model = apps.get_model(subject_type)
    except LookupError:
        model = None
    if model is not None and issubclass(model, StatefulModel) and action in model.action_labels:
        return str(model.action_labels[action])
    return str(_actions.get(action, action))


def field_label(name: str) -> str:
    return str(_fields.get(name, ""))


def logged_subjects() -> list[tuple[str, str]]:
    """Kinds of record a reader may filter the log by."""
    labels = {label: subject_label(label) for label in _rules}
    for model in apps.get_models():
        if issubclass(model, StatefulModel) or model._meta.app_label in {"organisation", "accounts"}:
            labels[model._meta.label_lower] = str(model._meta.verbose_name)
    return sorted(labels.items(), key=lambda pair: pair[1])


def logged_actions() -> list[tuple[str, str]]:
    """Actions a reader may filter the log by: those of every lifecycle and those said by apps."""
    said: dict[str, dict[str, None]] = {name: {str(label): None} for name, label in _actions.items()}
    for model in apps.get_models():
        if issubclass(model, StatefulModel):
            for name, label in model.action_labels.items():
                said.setdefault(name, {})[str(label)] = None
    return sorted(((name, " / ".join(labels)) for name, labels in said.items()), key=lambda pair: pair[1])


def subject_label(subject_type: str) -> str:
    try:
        return str(apps.get_model(subject_type)._meta.verbose_name)
    except LookupError:
        return subject_type
