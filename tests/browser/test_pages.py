"""Every list, form and administration page in a browser: no error, no sideways scroll, AA, both languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import get_resolver, reverse

from bihuan.config.founding import found
from bihuan.foundation.scope import system_scope
from bihuan.foundation.views import FormView, ListPage, Page, RecordPage, RecordView
from bihuan.organisation.models import OrgUnit
from tests.browser.conftest import PASSWORD, Screen
from tests.db.fences.test_gate import patterns
from tests.kit import make_unit
from tests.rows import is_scoped, make_row

WIDTHS = ("desktop", "phone")


def plain_addresses() -> list[str]:
    """Pages that need no record: lists, forms, home."""
    found_names = []
    for name, pattern in patterns(get_resolver()):
        view = getattr(pattern.callback, "view_class", None)
        if view is None or not issubclass(view, ListPage | FormView | Page) or issubclass(view, RecordView):
            continue
        if "<" not in str(pattern.pattern):
            found_names.append(name)
    return sorted(set(found_names))


def record_addresses() -> list[tuple[str, type]]:
    return [
        (name, pattern.callback.view_class)
        for name, pattern in patterns(get_resolver())
        if issubclass(getattr(pattern.callback, "view_class", object), RecordPage)
        and "docx" not in name
        and "pdf" not in name
        and is_scoped(pattern.callback.view_class.model)
    ]


@pytest.fixture
def office(transactional_db: None) -> OrgUnit:
    found(name="清源公交", username="admin", password=PASSWORD)
    with system_scope("setup"):
        return OrgUnit.objects.get()


@pytest.mark.parametrize(("size", "language"), [("desktop", "zh-CN"), ("phone", "zh-CN"), ("phone", "en-GB")])
def test_plain_pages(office: OrgUnit, screen: Callable[..., Screen], size: str, language: str) -> None:
    here = screen("admin", size=size, language=language)
    wrong: list[str] = []

    for name in plain_addresses():
        page = here.open(reverse(name))
        lang = page.locator("html").get_attribute("lang") or ""
        if not lang.startswith(language[:2]):
            wrong.append(f"{name}: lang={lang}")
        if here.overflow() > 1:
            wrong.append(f"{name}: {here.overflow()} px too wide")
        wrong += [f"{name}: {violation}" for violation in here.axe()]

    assert wrong == []
    assert here.problems == []


@pytest.mark.parametrize("size", WIDTHS)
def test_record_pages(office: OrgUnit, screen: Callable[..., Screen], size: str) -> None:
    with system_scope("setup"):
        addresses = []
        for name, view in record_addresses():
            model = view.model
            record = model.objects.first() or make_row(model, make_unit(name.replace(":", "-"), parent=office))
            addresses.append((name, reverse(name, kwargs={"pk": record.pk})))
    here = screen("admin", size=size)
    wrong: list[str] = []

    for name, address in addresses:
        here.open(address)
        if here.overflow() > 1:
            wrong.append(f"{name}: {here.overflow()} px too wide")
        wrong += [f"{name}: {violation}" for violation in here.axe()]

    assert wrong == []
    assert here.problems == []


def test_sign_in_page_is_accessible(office: OrgUnit, screen: Callable[..., Screen]) -> None:
    here = screen(size="phone")

    here.open("/accounts/login/")

    assert here.axe() == []
    assert here.overflow() <= 1
    assert here.problems == []


def test_the_language_switch_holds(office: OrgUnit, screen: Callable[..., Screen]) -> None:
    here = screen("admin")
    page = here.open("/")

    page.locator("details.menu summary").last.click()
    page.locator("form:has(input[name=language]) button, form button[name=language][value=en]").last.click()
    page.wait_for_load_state("load")

    assert (page.locator("html").get_attribute("lang") or "").startswith("en")
