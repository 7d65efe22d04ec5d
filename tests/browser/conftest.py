"""A real browser against a live server: Debian's chromium, driven by Playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bihuan.accounts.models import Grant, Role, RolePermission, User
from bihuan.foundation.scope import system_scope
from bihuan.organisation.models import OrgUnit, Person

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PASSWORD = "long enough 1"
SIZES: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1440, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        text = "no chromium found: apt-get install chromium"
        if os.environ.get("BIHUAN_REQUIRE_BROWSER"):
            pytest.fail(text)
        pytest.skip(text)
    # Playwright keeps an event loop in this thread; the ORM calls of the tests are synchronous all the same.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


class Screen:
    """A signed-in page that collects everything that goes wrong on it."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.context, self.base = context, base
        self.page: Page = context.new_page()
        self.problems: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        self.page.on("response", self._answer)

    def _console(self, message: Any) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            self.problems.append(f"console: {message.text}")

    def _answer(self, answer: Any) -> None:
        if answer.status >= 500:
            self.problems.append(f"{answer.status} {answer.url}")

    def open(self, path: str) -> Page:
        self.page.goto(self.base + path)
        return self.page

    def sign_in(self, username: str) -> Screen:
        self.open("/accounts/login/")
        self.page.fill("input[name=login]", username)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.locator("form:has(input[name=password]) button[type=submit]").first.click()
        self.page.wait_for_load_state("load")
        assert self.page.locator("input[name=password]").count() == 0, "sign-in did not work"
        return self

    def overflow(self) -> int:
        wide: int = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return wide

    def axe(self) -> list[str]:
        """Violations of WCAG 2.2 A and AA on the page as it stands."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})")
        return [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found["violations"]]


def person_with(username: str, unit: OrgUnit, permissions: list[str]) -> None:
    with system_scope("setup"):
        person = Person.objects.create(name=username, staff_number=username, unit=unit, org_path=unit.org_path)
        user = User.objects.create_user(username, password=PASSWORD, person=person)
        role = Role.objects.create(key=username, name=username)
        RolePermission.objects.bulk_create(RolePermission(role=role, permission=name) for name in permissions)
        Grant.objects.create(user=user, role=role, unit=unit, org_path=unit.org_path, since=date(2020, 1, 1))


def send(page: Page, **values: str) -> None:
    """Fill the form that holds these fields and send it by its own button."""
    form = page.locator(f"main form:has([name={next(iter(values))}])").first
    for name, value in values.items():
        field = form.locator(f"[name={name}]").first
        kind = field.get_attribute("type")
        if kind in {"radio", "checkbox"}:
            form.locator(f"[name={name}][value='{value}']").check()
        elif field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        elif kind == "file":
            field.set_input_files(value)
        else:
            field.fill(value)
    form.locator("button.btn-primary[type=submit], button.btn-danger[type=submit]").last.click()
    page.wait_for_load_state("load")


@pytest.fixture
def screen(browser: Browser, live_server: Any) -> Iterator[Callable[..., Screen]]:
    """Make screens: ``screen("mei", size="phone", language="en")``."""
    contexts: list[BrowserContext] = []

    def make(username: str = "", *, size: str = "desktop", language: str = "zh-CN") -> Screen:
        context = browser.new_context(**SIZES[size], locale=language)
        contexts.append(context)
        made = Screen(context, live_server.url)
        return made.sign_in(username) if username else made

    yield make
    for context in contexts:
        context.close()
