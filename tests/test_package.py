"""The package as a whole: what it imports, what it exports, what its wheel holds."""

from __future__ import annotations

import ast
import configparser
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import mypy.api
import pytest

import melodymuse

# What trains; none of it may be needed to compose.
HEAVY = {"tensorflow", "keras", "torch", "jax", "sklearn", "pandas", "training"}
# Rooms behind an extra, which run networks of others.
OPTIONAL_ROOMS = {"comparison", "waveform"}
# What only a picture of the notes needs.
SLOW = {"matplotlib", "pretty_midi", "skimage", "scipy"}
WHEEL_LIMIT_BYTES = 40 * 10**6


def _modules_after(statements: str, folder: Path) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded after running some statements."""
    report = (
        "import json, sys; print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    )
    finished = subprocess.run(
        [sys.executable, "-c", f"{statements}\n{report}"],
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
        timeout=120,
    )
    return set(json.loads(finished.stdout.splitlines()[-1]))


def test_importing_the_package_loads_no_library(tmp_path: Path) -> None:
    plain = _modules_after("", tmp_path)
    loaded = _modules_after("import melodymuse", tmp_path) - plain
    assert loaded <= {"melodymuse", "importlib", "typing", "re", "collections", "functools"} | set(
        sys.stdlib_module_names
    )


def test_composing_from_a_photograph_needs_nothing_heavy(photograph: Path, tmp_path: Path) -> None:
    compose = f"import melodymuse\npiece = melodymuse.compose({str(photograph)!r}, bars=4, seed=1)"
    loaded = _modules_after(f"{compose}\npiece.write('x.mid')", tmp_path)
    assert {"melodymuse", "onnxruntime"} <= loaded
    assert loaded & (HEAVY | SLOW) == set()
    loaded = _modules_after(
        f"{compose}\nfor name in ('y.mid', 'y.musicxml', 'y.png'): piece.write(name)", tmp_path
    )
    assert loaded & HEAVY == set()
    assert (tmp_path / "x.mid").read_bytes() == (tmp_path / "y.mid").read_bytes()
    assert len(list(tmp_path.iterdir())) == 4


def test_every_exported_name_is_there() -> None:
    for name in melodymuse.__all__:
        assert getattr(melodymuse, name) is not None
    assert dir(melodymuse) == sorted(melodymuse.__all__)
    with pytest.raises(AttributeError, match="no attribute 'decompose'"):
        melodymuse.decompose  # noqa: B018


def test_a_type_checker_knows_every_control(repository: Path, tmp_path: Path) -> None:
    snippet = tmp_path / "snippet.py"
    snippet.write_text(
        "import melodymuse\n"
        'melodymuse.compose("awe", tempo=66, key="C major", bars=8)\n'
        'melodymuse.compose("awe", tempoo=3)\n'
        'melodymuse.compose("awe", bars=[8], tempo="+20%")\n'
    )
    # What these files import is skipped, to be quick.
    files = [
        repository / "melodymuse" / name
        for name in ("__init__.py", "api.py", "asking.py", "engine.py")
    ]
    files += [repository / "melodymuse" / "planning" / f"{n}.py" for n in ("controls", "sayings")]
    words = ["--follow-imports=skip", f"--cache-dir={tmp_path}", "--config-file=", "--no-pretty"]
    out, _, _ = mypy.api.run([*words, *map(str, files), str(snippet)])
    found = [
        line.rpartition("snippet.py:")[2]
        for line in out.splitlines()
        if "snippet.py:" in line and "error:" in line
    ]
    assert [line.partition(":")[0] for line in found] == ["3", "4"], out
    assert 'did you mean "tempo"?' in found[0] and '"bars"' in found[1]


def test_the_version_is_the_one_of_the_metadata(repository: Path) -> None:
    setup = configparser.ConfigParser()
    setup.read(repository / "setup.cfg")
    assert setup["metadata"]["version"] == "attr: melodymuse.version.__version__"
    assert f"## {melodymuse.__version__}" in (repository / "CHANGELOG.md").read_text()


def _imports(path: Path, *, for_types: bool = True) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if not for_types:
        tree.body = [node for node in tree.body if not isinstance(node, ast.If)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_imports_flow_one_way(repository: Path) -> None:
    package = repository / "melodymuse"
    for path in package.rglob("*.py"):
        names = list(_imports(path))
        heavy = {name.split(".")[0] for name in names} & HEAVY
        if path.relative_to(package).parts[0] in OPTIONAL_ROOMS:
            heavy -= {"torch"}
        assert not heavy, f"{path} imports {heavy}"
        if path.is_relative_to(package / "cli") or path.name == "__main__.py":
            continue
        assert not any(name.startswith("melodymuse.cli") for name in names), path


def _flow(repository: Path) -> dict[str, set[str]]:
    """Each module of the package and those of the package that it imports when run, early or late.

    The registry of outputs is left out, which scores ask late and which leads to all that writes.
    """
    package = repository / "melodymuse"
    names = {
        ".".join(path.relative_to(repository).with_suffix("").parts): path
        for path in package.rglob("*.py")
        if path.name != "__init__.py"
    }
    known = set(names) - {"melodymuse.outputs"}
    return {name: set(_imports(path, for_types=False)) & known for name, path in names.items()}


def _reached(flow: dict[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    ahead = set(flow[start])
    while ahead:
        found |= ahead
        ahead = {after for name in ahead for after in flow[name]} - found
    return found


def test_nothing_below_the_composer_looks_at_pictures(repository: Path) -> None:
    flow = _flow(repository)
    below = ("music", "engraving", "midi", "planning", "writing", "audio")
    for name in flow:
        if name.split(".")[1] in below:
            seen = {there for there in _reached(flow, name) if ".vision." in there}
            assert not seen, f"{name} leads to {seen}"


def test_no_imports_go_in_a_circle(repository: Path) -> None:
    flow = _flow(repository)
    assert [name for name in flow if name in _reached(flow, name)] == []


@pytest.fixture(scope="module")
def wheel(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy so that nothing is left in the source tree."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=repository, capture_output=True, text=True, check=False
    )
    if tracked.returncode != 0:
        pytest.skip("needs the git checkout")
    for name in filter(None, tracked.stdout.split("\0")):
        if (repository / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((repository / name).read_bytes())
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", target, source],
        check=True,
        capture_output=True,
        timeout=300,
    )
    (path,) = target.glob("*.whl")
    return path


def test_the_wheel_is_small_and_holds_the_package_only(wheel: Path) -> None:
    assert wheel.stat().st_size < WHEEL_LIMIT_BYTES
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.split("/")[0] for name in names}
    assert tops == {"melodymuse", f"melodymuse-{melodymuse.__version__}.dist-info"}


def test_the_wheel_brings_models_cards_and_licences(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        entry = next(name for name in names if name.endswith("entry_points.txt"))
        assert "melodymuse = melodymuse.cli:main" in archive.read(entry).decode()
    models = [name for name in names if name.endswith(".onnx")]
    assert models, "no model in the wheel"
    cards = [
        name for name in names if name.startswith("melodymuse/models/") and name.endswith(".md")
    ]
    assert len(cards) >= 2, cards
    assert "melodymuse/py.typed" in names
    assert "melodymuse/engraving/page.typ" in names
    for licence in ("LICENSE", "NOTICE"):
        assert any(
            name.endswith(f"licenses/{licence}") or name.endswith(f"dist-info/{licence}")
            for name in names
        )
