"""What hangs on a record, for its page: `{% record_activity record %}`, `{% record_comments record %}`, …"""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse

from bihuan.foundation.actor import NOBODY, Actor
from bihuan.foundation.models import ScopedModel
from bihuan.records import selectors
from bihuan.records.models import Contribution
from bihuan.records.permissions import ACTIVITY_VIEW, WITHDRAW
from bihuan.records.presentation import activity_lines
from bihuan.records.subjects import allowed, path_of, registered

register = template.Library()
SHOWN = 20


def actor_in(context: Context) -> Actor:
    return getattr(context.get("request"), "actor", NOBODY)


def may_add(context: Context, record: ScopedModel) -> bool:
    rule = registered().get(record._meta.label_lower)
    return rule is not None and allowed(actor_in(context), rule.comment_permission, path_of(record))


def may_withdraw(context: Context, record: ScopedModel, row: Contribution) -> bool:
    actor = actor_in(context)
    own = row.author_id is not None and row.author_id == actor.user_id
    return not row.is_withdrawn and (own or actor.can(WITHDRAW, path_of(record)))


def address(name: str, record: ScopedModel) -> str:
    return reverse(name, kwargs={"label": record._meta.label_lower, "pk": record.pk})


@register.inclusion_tag("partials/activity.html", takes_context=True)
def record_activity(context: Context, record: ScopedModel) -> dict[str, Any]:
    lines = list(selectors.activity_of(record)[: SHOWN + 1])
    more = ""
    if len(lines) > SHOWN and actor_in(context).can(ACTIVITY_VIEW, path_of(record)):
        more = f"{reverse('records:activity')}?subject={record.reference}"
    return {"activity": activity_lines(lines[:SHOWN]), "activity_more_url": more}


@register.inclusion_tag("records/comments.html", takes_context=True)
def record_comments(context: Context, record: ScopedModel) -> dict[str, Any]:
    return {
        "comments": [(row, may_withdraw(context, record, row)) for row in selectors.comments_of(record)],
        "comment_url": address("records:comment-create", record) if may_add(context, record) else "",
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("records/attachments.html", takes_context=True)
def record_attachments(context: Context, record: ScopedModel) -> dict[str, Any]:
    return {
        "attachments": [(row, may_withdraw(context, record, row)) for row in selectors.attachments_of(record)],
        "upload_url": address("records:attachment-create", record) if may_add(context, record) else "",
        "csrf_token": context.get("csrf_token"),
    }
