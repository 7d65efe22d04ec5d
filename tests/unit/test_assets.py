"""The browser's files: what a build takes, what it promises, and that colours can be read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tools import assets

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "src" / "bihuan").glob("*/templates/**/*.html"))


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small copy of the places the build reads and writes, built and stamped."""
    sources, target = tmp_path / "assets", tmp_path / "static"
    (sources / "images").mkdir(parents=True)
    target.mkdir()
    (sources / "images" / "icon.svg").write_text("<svg/>")
    (sources / "app.ts").write_text("export {}")
    for name in assets.INPUTS:
        place = tmp_path / name
        place.parent.mkdir(exist_ok=True)
        place.write_text(name)
    stamp = tmp_path / "build" / "assets.stamp"
    stamp.parent.mkdir()
    for name, value in {"ROOT": tmp_path, "SOURCES": sources, "TARGET": target, "STAMP": stamp}.items():
        monkeypatch.setattr(assets, name, value)
    for name in assets.outputs():
        (target / name).write_text("built")
    fonts = tmp_path / "fonts"
    fonts.mkdir()
    monkeypatch.setattr(assets, "FONTS", fonts)
    for name in assets.FONT_FILES:
        (fonts / name).write_text("font")
    stamp.write_text(assets.digest(assets.input_files()))
    return tmp_path


def test_unchanged_sources_are_not_built_again(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "run_node", lambda *_: pytest.fail("Node was started"))

    built = assets.build()

    assert built is False


@pytest.mark.parametrize("name", ["assets/app.ts", "package-lock.json", "tsconfig.json"])
def test_a_changed_source_asks_for_a_build(house: Path, name: str) -> None:
    (house / name).write_text("changed")

    assert assets.is_current() is False


def test_a_missing_built_file_asks_for_a_build(house: Path) -> None:
    (house / "static" / "charts.js").unlink()

    assert assets.is_current() is False


def test_a_missing_font_asks_for_a_build(house: Path) -> None:
    (house / "fonts" / "NotoSansSC-Regular.ttf").unlink()

    assert assets.is_current() is False


def test_a_failing_build_step_stops_with_its_output() -> None:
    with pytest.raises(SystemExit, match="no-such-script"):
        assets.run_node(Path("no-such-script.js"))


def test_lock_file_names_no_download_address() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))

    with_address = [name for name, package in lock["packages"].items() if "resolved" in package]
    without_hash = [name for name, package in lock["packages"].items() if name and "integrity" not in package]

    assert with_address == []
    assert without_hash == []


def test_every_package_is_pinned_to_one_version() -> None:
    package = json.loads((ROOT / "package.json").read_text("utf-8"))
    wanted = {**package["dependencies"], **package["devDependencies"]}

    loose = {name: version for name, version in wanted.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)}

    assert loose == {}


def test_citizens_are_promised_a_small_script() -> None:
    assert assets.LIMITS["public.js"] <= 20_000


def test_every_icon_a_template_names_exists() -> None:
    known = set(json.loads(assets.ICONS.read_text("utf-8")))
    named = {
        (str(path.relative_to(ROOT)), name)
        for path in TEMPLATES
        for name in re.findall(r'{%\s*icon\s+"([^"]+)"', path.read_text("utf-8"))
    }

    unknown = sorted((path, name) for path, name in named if name not in known)

    assert named
    assert unknown == []


def theme(name: str) -> dict[str, str]:
    text = (ROOT / "assets" / "styles" / "_tokens.scss").read_text("utf-8")
    block = re.search(rf"@mixin {name} {{(.*?)\n}}", text, re.DOTALL)
    assert block is not None
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block.group(1)))


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_black_on_white_is_known() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_words_can_be_read_on_every_ground(name: str) -> None:
    colours = theme(name)
    grounds = ["ground", "ground-soft", "ground-raised"]
    pairs = [
        (ink, ground) for ink in ("ink", "ink-soft", "accent", "late", "soon", "met", "none") for ground in grounds
    ]
    pairs += [(state, f"{state}-soft") for state in ("late", "soon", "met", "none", "accent")]
    pairs += [("accent-ink", "accent"), ("accent-ink", "accent-strong"), ("ink-soft", "none-soft")]

    weak = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in pairs}

    assert {pair: round(ratio, 2) for pair, ratio in weak.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("name", ["light", "dark"])
def test_edges_of_controls_stand_out_from_the_ground(name: str) -> None:
    colours = theme(name)

    weak = [ground for ground in ("ground", "ground-raised") if contrast(colours["rule-strong"], colours[ground]) < 3]

    assert weak == []


def test_chart_colours_are_those_of_the_page() -> None:
    text = (ROOT / "assets" / "scripts" / "charts" / "look.ts").read_text("utf-8")
    blocks = {name: re.search(rf"const {name}.*?{{(.*?)}}", text, re.DOTALL) for name in ("LIGHT", "DARK")}

    for name, block in blocks.items():
        assert block is not None
        drawn = dict(re.findall(r'"?([a-z-]+)"?: "(#[0-9a-f]{6})"', block.group(1)))
        assert drawn
        assert drawn == {key: value for key, value in theme(name.lower()).items() if key in drawn}
