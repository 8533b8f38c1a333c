"""Files arrive whole or not at all, and nothing is overwritten unasked."""

from __future__ import annotations

import errno
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from melodymuse.errors import NameTakenError, OutputError
from melodymuse.files import (
    LEFTOVER,
    at_unused_path,
    unused_path,
    visible_files,
    whole_file,
    write_bytes,
    write_text,
)


def test_a_file_is_written(tmp_path: Path) -> None:
    path = write_bytes(tmp_path / "x.mid", b"abc")
    assert path == tmp_path / "x.mid"
    assert path.read_bytes() == b"abc"
    assert os.listdir(tmp_path) == ["x.mid"]


def test_text_is_utf8_with_its_line_ends_kept(tmp_path: Path) -> None:
    path = write_text(tmp_path / "x.txt", "é\n♭\r\n")
    assert path.read_bytes() == "é\n♭\r\n".encode()


def test_a_string_path_is_welcome(tmp_path: Path) -> None:
    assert write_bytes(str(tmp_path / "x"), b"1").read_bytes() == b"1"


def test_an_existing_file_is_not_overwritten_unasked(tmp_path: Path) -> None:
    path = tmp_path / "x.mid"
    path.write_bytes(b"old")
    with pytest.raises(OutputError, match="exists"):
        write_bytes(path, b"new")
    assert path.read_bytes() == b"old"


def test_an_existing_file_is_overwritten_when_asked_and_keeps_its_permissions(
    tmp_path: Path,
) -> None:
    path = tmp_path / "x.mid"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_bytes(path, b"new", overwrite=True)
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_name_taken_while_writing_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "x.mid"
    with pytest.raises(OutputError, match="exists"), whole_file(path) as beside:
        beside.write_bytes(b"ours")
        path.write_bytes(b"theirs")
    assert path.read_bytes() == b"theirs"
    assert os.listdir(tmp_path) == ["x.mid"]


def test_new_files_get_the_permissions_of_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        path = write_bytes(tmp_path / "x", b"")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.parametrize("overwrite", [False, True])
def test_an_exception_leaves_nothing_behind(tmp_path: Path, overwrite: bool) -> None:
    with pytest.raises(RuntimeError), whole_file(tmp_path / "x", overwrite=overwrite) as beside:
        beside.write_bytes(b"half")
        raise RuntimeError
    assert os.listdir(tmp_path) == []


def test_an_exception_while_replacing_keeps_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"old")
    with pytest.raises(RuntimeError), whole_file(path, overwrite=True) as beside:
        beside.write_bytes(b"half")
        raise RuntimeError
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["x"]


def test_the_file_beside_has_the_suffix_and_the_folder_of_the_target(tmp_path: Path) -> None:
    with whole_file(tmp_path / "x.musicxml") as beside:
        assert beside.suffix == ".musicxml"
        assert beside.parent.resolve() == tmp_path.resolve()


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"there is no folder '.*nowhere'"):
        write_bytes(tmp_path / "nowhere" / "x.mid", b"")


def test_a_file_in_place_of_a_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match="cannot write"):
        write_bytes(tmp_path / "file" / "x.mid", b"")


def test_a_folder_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="is a folder"):
        write_bytes(tmp_path, b"", overwrite=True)


def test_an_unwritable_folder_is_an_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        if os.access(tmp_path, os.W_OK):
            pytest.skip("this user may write everywhere")
        with pytest.raises(OutputError, match="no permission"):
            write_bytes(tmp_path / "x", b"")
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="no devices here")
def test_a_device_is_never_replaced() -> None:
    with pytest.raises(OutputError, match="not a regular file"):
        write_bytes("/dev/null", b"", overwrite=True)
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no file system that refuses files")
def test_a_file_system_that_takes_no_files_is_an_error() -> None:
    with pytest.raises(OutputError, match="cannot write"):
        write_bytes("/proc/x.mid", b"")


def test_impossible_names_are_errors(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="not a usable file name"):
        write_bytes(f"{tmp_path}/a\0b", b"")
    with pytest.raises(OutputError, match="too long"):
        write_bytes(tmp_path / ("x" * 5000), b"")


def test_a_full_disk_is_one_clear_error_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="disk is full"), whole_file(tmp_path / "x"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert os.listdir(tmp_path) == []


def test_other_trouble_of_the_caller_passes_unchanged(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), whole_file(tmp_path / "x"):
        (tmp_path / "missing picture.jpg").read_bytes()


def test_a_symbolic_link_is_followed(tmp_path: Path) -> None:
    real = tmp_path / "real.mid"
    real.write_bytes(b"old")
    link = tmp_path / "link.mid"
    link.symlink_to(real)
    write_bytes(link, b"new", overwrite=True)
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


def test_unused_path_counts_up(tmp_path: Path) -> None:
    wanted = tmp_path / "a.b.mid"
    names = []
    for _ in range(4):
        path = unused_path(wanted)
        write_bytes(path, b"")
        names.append(path.name)
    assert names == ["a.b.mid", "a.b-2.mid", "a.b-3.mid", "a.b-4.mid"]


def test_unused_path_sees_a_dangling_link(tmp_path: Path) -> None:
    (tmp_path / "x.mid").symlink_to(tmp_path / "nothing")
    assert unused_path(tmp_path / "x.mid").name == "x-2.mid"


def test_a_name_that_is_taken_meanwhile_gives_way_to_the_next(tmp_path: Path) -> None:
    tried = []

    def write(path: Path) -> Path:
        tried.append(path.name)
        if len(tried) < 3:
            path.write_bytes(b"theirs")
        return write_bytes(path, b"ours")

    assert at_unused_path(tmp_path / "x.mid", write).name == "x-3.mid"
    assert tried == ["x.mid", "x-2.mid", "x-3.mid"]
    assert (tmp_path / "x.mid").read_bytes() == b"theirs"


def test_another_name_that_is_taken_stays_taken(tmp_path: Path) -> None:
    (tmp_path / "named.mid").write_bytes(b"theirs")
    with pytest.raises(NameTakenError):
        at_unused_path(tmp_path / "x.mid", lambda _: write_bytes(tmp_path / "named.mid", b""))


def test_many_threads_each_get_a_name(tmp_path: Path) -> None:
    def write(number: int) -> Path:
        return at_unused_path(tmp_path / "x.mid", lambda p: write_bytes(p, b"%d" % number))

    with ThreadPoolExecutor(20) as pool:
        paths = list(pool.map(write, range(40)))
    assert {path.read_bytes() for path in paths} == {b"%d" % number for number in range(40)}


def test_what_is_hidden_is_no_file_of_the_users(tmp_path: Path) -> None:
    for name in (f"{LEFTOVER}01.mid", "._song.mid", "b.mid", "a.mid"):
        (tmp_path / name).write_bytes(b"")
    assert [path.name for path in visible_files(tmp_path)] == ["a.mid", "b.mid"]


@pytest.mark.skipif(os.name == "nt", reason="modes and owners of POSIX")
def test_a_replaced_file_keeps_mode_and_owner(tmp_path: Path) -> None:
    path = write_bytes(tmp_path / "x", b"old")
    path.chmod(0o2604)
    if os.geteuid() == 0:
        os.chown(path, 1234, 2345)
    before = path.stat()
    write_bytes(path, b"new", overwrite=True)
    after = path.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (
        before.st_mode,
        before.st_uid,
        before.st_gid,
    )
