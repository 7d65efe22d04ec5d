"""Rules of the house that no general linter knows. Each names the decision that stands behind it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = ROOT / "src" / "bihuan"
CRAFT = ROOT / "src" / "servicequality"

# "filters" are those that lists of any app offer: the unit and all below it.
ACROSS_APPS = {"services", "selectors", "models", "events", "enums", "permissions", "filters"}
# The pure half of an engine is as public as its services (decision 11).
ENGINE_PARTS = {"instruments": {"conditions", "definition", "logic", "piping", "rendering", "walk", "wording"}}
FLOOR = "foundation"  # everything of it is public to the floors above
TOP = {"config", "demo", "web"}
WRITES = {"create", "bulk_create", "bulk_update", "update", "update_or_create", "get_or_create", "delete", "save"}
MAY_WRITE = {"services", "handlers", "migrations", "management", "demo", "jobs", "lifecycle"}
BANNED_NAMES = {"utils", "helpers", "manager", "managers", "data", "misc", "common"}
IN_APP_ORDER = ["lifecycle", "enums", "events", "models", "selectors", "services", "forms", "tables", "schemas"]
TEMPLATE_SINS = {
    r"\sstyle\s*=": "inline style (the Content-Security-Policy refuses it)",
    r"\son[a-z]+\s*=\s*[\"']": "inline event handler (the Content-Security-Policy refuses it)",
    r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>": "inline script (use a bundle or json_script)",
    r"hx-on|js:": "htmx expression (needs unsafe-eval)",
}
# The self-contained report is a file on disk, not a page we serve.
TEMPLATES_OFFLINE = {"report.html"}


def python_files(folder: Path) -> Iterator[Path]:
    yield from sorted(path for path in folder.rglob("*.py") if "migrations" not in path.parts)


def layer_of(path: Path) -> tuple[str, str]:
    """App and module (or package below the app) a file belongs to."""
    parts = path.relative_to(PRODUCT).with_suffix("").parts
    return (parts[0], parts[1] if len(parts) > 1 else "")


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.lineno, node.module
            for name in node.names:
                yield node.lineno, f"{node.module}.{name.name}"
        elif isinstance(node, ast.Import):
            for name in node.names:
                yield node.lineno, name.name


def import_problems(path: Path, tree: ast.AST) -> Iterator[str]:
    app, module = layer_of(path)
    for line, target in imports(tree):
        if target.startswith(("django.db.models.signals", "django.dispatch")):
            yield f"{path}:{line}: Django signals are not used here; emit a typed event"
        parts = target.split(".")
        if parts[0] != "bihuan" or len(parts) < 3:
            continue
        other, part = parts[1], parts[2]
        public = ACROSS_APPS | ENGINE_PARTS.get(other, set())
        if other != app and app not in TOP and other != FLOOR and part not in public:
            yield f"{path}:{line}: across apps import only {', '.join(sorted(ACROSS_APPS))}, not {target}"
        inside = other == app != FLOOR and module in IN_APP_ORDER and part in IN_APP_ORDER
        if inside and IN_APP_ORDER.index(part) > IN_APP_ORDER.index(module):
            yield f"{path}:{line}: {module} must not import {part} (inside an app only downwards)"
        if other == app and module in IN_APP_ORDER and part in {"views", "api", "urls", "tasks"}:
            yield f"{path}:{line}: {module} must not import {part}"


def write_problems(path: Path, tree: ast.AST) -> Iterator[str]:
    _app, module = layer_of(path)
    bare_only = module in MAY_WRITE
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        name, owner = node.func.attr, ast.unparse(node.func.value)
        if name == "save" and owner.startswith("super()"):
            continue
        keywords = {keyword.arg for keyword in node.keywords}
        bare = name == "save" and not keywords & {"update_fields", "force_insert"}
        if bare and bare_only and re.search(r"(?i)form|book|doc|storage|wb", owner) is None:
            yield f"{path}:{node.lineno}: bare save(); name the fields (update_fields=) or use perform"
        if not bare_only and name in WRITES and (".objects" in owner or "_base_manager" in owner):
            yield f"{path}:{node.lineno}: {name}() writes outside services"


def product_problems() -> Iterator[str]:
    for path in python_files(PRODUCT):
        if path.stem in BANNED_NAMES:
            yield f"{path}: a module is named after its subject, not {path.stem!r}"
        tree = ast.parse(path.read_text(encoding="utf-8"))
        yield from import_problems(path, tree)
        yield from write_problems(path, tree)


def craft_problems() -> Iterator[str]:
    clock = re.compile(r"\b(datetime\.now|date\.today|time\.time)\(")
    for path in python_files(CRAFT):
        text = path.read_text(encoding="utf-8")
        for number, line in enumerate(text.splitlines(), 1):
            if clock.search(line):
                yield f"{path}:{number}: the craft never asks the machine for the time; take it as an argument"
        for node in ast.parse(text).body:
            named = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            if named and ast.get_docstring(node) is None:
                yield f"{path}:{node.lineno}: public {node.name} has no docstring"


def template_problems() -> Iterator[str]:
    for path in sorted(PRODUCT.rglob("*.html")):
        if path.name in TEMPLATES_OFFLINE:
            continue
        text = path.read_text(encoding="utf-8")
        for pattern, why in TEMPLATE_SINS.items():
            for match in re.finditer(pattern, text):
                yield f"{path}:{text.count(chr(10), 0, match.start()) + 1}: {why}"


def tracked_problems() -> Iterator[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout  # noqa: S607
    private = re.compile(r"(?<![\w.])/(?:root|work|farm)/|index-url|resolved\": \"http|registry = \"http")
    for name in listed.decode().split("\0"):
        path = ROOT / name
        if not name or not path.is_file() or path.stat().st_size > 2_000_000 or path == Path(__file__).resolve():
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if private.search(line) and "--no-emit-index-url" not in line:
                yield f"{path}:{number}: names a place of one machine or a package index"
        if name.endswith(".lock") and re.search(r"https?://", text):
            yield f"{path}: a lock file carries no address"


def main() -> int:
    problems = [*product_problems(), *craft_problems(), *template_problems(), *tracked_problems()]
    for problem in problems:
        print(problem.replace(f"{ROOT}/", ""))  # noqa: T201
    print(f"house rules: {len(problems)} broken")  # noqa: T201
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
