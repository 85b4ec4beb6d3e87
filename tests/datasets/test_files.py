"""Damage is told apart from absence, and every file is accounted for."""

import hashlib
import shutil
import subprocess
import sys

import pytest

from course_utils.datasets import DATA_FOLDER, load, load_text, read_checked


def test_damage_is_noticed(tmp_path):
    shutil.copy(DATA_FOLDER / "SHA256SUMS", tmp_path)
    content = bytearray((DATA_FOLDER / "mnist-10x10.bz2").read_bytes())
    content[1000] ^= 1
    (tmp_path / "mnist-10x10.bz2").write_bytes(content)
    with pytest.raises(ValueError, match=r"mnist-10x10\.bz2 is damaged: .*Restore it with `git checkout"):
        load(folder=tmp_path)


def test_absence_is_told_apart(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no course data in .*pip install -e"):
        load(folder=tmp_path)
    shutil.copy(DATA_FOLDER / "SHA256SUMS", tmp_path)
    with pytest.raises(FileNotFoundError, match=r"pride-and-prejudice\.txt\.bz2 is missing\. Restore it"):
        load_text(folder=tmp_path)
    with pytest.raises(ValueError, match=r"must be listed in .*SHA256SUMS, got 'other\.npz'"):
        read_checked("other.npz", folder=tmp_path)


def test_every_data_file_is_listed_described_and_small():
    listed = dict(reversed(line.split()) for line in (DATA_FOLDER / "SHA256SUMS").read_text().splitlines())
    files = [
        path
        for path in DATA_FOLDER.iterdir()
        if path.suffix not in (".md", ".py") and path.name != "SHA256SUMS"
    ]
    assert {path.name for path in files if path.is_file()} == set(listed)
    assert all(
        hashlib.sha256((DATA_FOLDER / name).read_bytes()).hexdigest() == listed[name] for name in listed
    )
    readme = (DATA_FOLDER / "README.md").read_text("utf-8")
    assert all(f"`{name}`" in readme for name in listed)
    assert all(f"{(DATA_FOLDER / name).stat().st_size:,} |" in readme for name in listed)
    assert sum(path.stat().st_size for path in files) <= 6_000_000
    assert (DATA_FOLDER / "mnist-10x10.bz2").stat().st_size <= 2_000_000


def test_the_maker_refuses_unknown_names():
    run = subprocess.run(
        [sys.executable, DATA_FOLDER / "make.py", "mnist"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 1
    assert "unknown: mnist; known: mnist-10x10, cifar10-10x10, pride-and-prejudice" in run.stderr
