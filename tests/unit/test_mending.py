# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A person's file is replaced as a whole or left as it was; and nothing outside of its folder is looked at."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
from pathlib import Path

import pytest

from registry.catalogue.beside import FolderFiles
from registry.catalogue.mending import difference, read_file, write_file
from registry.errors import InvalidInput, StorageFull

PNG = b"\x89PNG\r\n\x1a\n"


def leftovers(folder: Path) -> list[str]:
    return [name for name in os.listdir(folder) if name.startswith(".allmende-")]


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o755])
def test_the_mode_stays(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "publiccode.yml"
    file.write_bytes(b"old")
    file.chmod(mode)
    write_file(str(file), b"new")
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (b"new", mode)
    assert leftovers(tmp_path) == []


def test_a_new_file_has_the_mode_that_the_user_wants(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_file(str(tmp_path / "new.yml"), b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new.yml").stat().st_mode) == 0o640


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.yml").write_bytes(b"old")
    (tmp_path / "link.yml").symlink_to("real.yml")
    write_file(str(tmp_path / "link.yml"), b"new")
    assert (tmp_path / "link.yml").is_symlink()
    assert (tmp_path / "real.yml").read_bytes() == b"new"


def test_a_read_only_file_is_left_alone_even_by_root(tmp_path: Path) -> None:
    file = tmp_path / "publiccode.yml"
    file.write_bytes(b"old")
    file.chmod(0o444)
    with pytest.raises(InvalidInput) as refused:
        write_file(str(file), b"new")
    assert refused.value.rule == "input-not-written"
    assert file.read_bytes() == b"old"
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("name", ["no-folder/file.yml", "", "a\0b", "n" * 300])
def test_what_cannot_be_written_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidInput):
        write_file(str(tmp_path / name), b"new")


def test_a_device_is_written_into_and_never_replaced() -> None:
    write_file("/dev/null", b"x")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    with pytest.raises(StorageFull):
        write_file("/dev/full", b"x")


def test_a_draft_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(InvalidInput) as refused:
        write_file(str(tmp_path / "a"), b"new", new=True)
    assert refused.value.rule == "input-exists"
    assert (tmp_path / "a").read_bytes() == b"old"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"a\nb\n", b"a\nc\n"),
        (b"a\r\nb\r\n", b"a\nb\n"),
        (b"a\nb", b"a\nb\n"),
        (b"a\nb\n", b"a\nc"),
        (b"\xff\n", "ÿ\n".encode()),
        (b"", b"a\n"),
        (b"a\x0bb\x1cc\n", b"abc\n"),
    ],
)
def test_patch_takes_the_difference(tmp_path: Path, before: bytes, after: bytes) -> None:
    (tmp_path / "f").write_bytes(before)
    subprocess.run(
        ["git", "apply", "-p0", "--allow-empty", "--unidiff-zero", "-"],
        input=difference(before, after, "f"), cwd=tmp_path, check=True,
    )  # fmt: skip
    assert (tmp_path / "f").read_bytes() == after


def test_no_change_makes_no_difference() -> None:
    assert difference(b"a\n", b"a\n", "f") == b""


def test_a_file_of_two_names_stays_one(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"the old content")
    os.link(tmp_path / "a", tmp_path / "b")
    write_file(str(tmp_path / "b"), b"new")
    assert (tmp_path / "a").read_bytes() == b"new"
    assert os.path.samefile(tmp_path / "a", tmp_path / "b")
    assert leftovers(tmp_path) == []


def test_a_file_of_two_names_is_as_it_was_where_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fills in the midst of writing into the file itself."""
    (tmp_path / "a").write_bytes(b"the old content")
    os.link(tmp_path / "a", tmp_path / "b")
    write = os.write

    def full(descriptor: int, content: bytes) -> int:
        if bytes(content).startswith(b"new"):
            write(descriptor, b"new")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(descriptor, content)

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(StorageFull):
        write_file(str(tmp_path / "b"), b"new and longer than the old one")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() == b"the old content"
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("name", ["missing", ".", "pipe"])
def test_only_regular_files_are_mended_and_nobody_waits(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InvalidInput) as refused:
        read_file(str(tmp_path / name), 10)
    assert refused.value.rule == "input-unreadable"


def test_a_file_may_be_as_long_as_the_limit(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"x" * 10)
    assert len(read_file(str(tmp_path / "f"), 10)) == 10
    with pytest.raises(InvalidInput):
        read_file(str(tmp_path / "f"), 9)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inside = tmp_path / "inside"
    (inside / "img").mkdir(parents=True)
    (tmp_path / "secret.png").write_bytes(PNG)
    (tmp_path / "inside-too.png").write_bytes(PNG)
    (inside / "img" / "logo.png").write_bytes(PNG)
    (inside / "link.png").symlink_to("img/logo.png")
    (inside / "out.png").symlink_to("../secret.png")
    (inside / "up").symlink_to("..")
    (inside / "loop").symlink_to("loop")
    (inside / "dangling").symlink_to("nowhere")
    os.mkfifo(inside / "pipe.png")
    return inside


@pytest.mark.parametrize(
    ("path", "exists", "read"),
    [
        ("img/logo.png", True, PNG),
        ("./img/../img/logo.png", True, PNG),
        ("link.png", True, PNG),
        ("missing.png", False, None),
        ("img/logo.png/deeper", False, None),
        ("img", True, None),
        ("pipe.png", True, None),
        ("dangling", False, None),
        ("loop", False, None),
        ("../secret.png", None, None),
        ("../inside-too.png", None, None),
        ("out.png", None, None),
        ("up/secret.png", None, None),
        ("../missing.png", None, None),
        ("/etc/passwd", None, None),
        ("a\0b", False, None),
        ("n" * 300, False, None),
        ("lone \udc80 surrogate", False, None),
    ],
)
def test_only_what_lies_in_the_folder_is_looked_at(
    folder: Path, path: str, exists: bool | None, read: bytes | None
) -> None:
    files = FolderFiles(str(folder))
    assert files.exists(path) is exists
    assert files.read(path) == read
