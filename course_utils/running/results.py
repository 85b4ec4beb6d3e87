"""The result file: named arrays and their description, the same bytes for the same results.

A ``.npz`` that ``numpy.load`` reads: one array for each named result, over all tasks in order, and a
member ``metadata.json`` with the settings, the seed and the parameters of every task. It holds no date
and no machine name.
"""

from __future__ import annotations

import io
import json
import math
import os
import zipfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

FORMAT = 1
METADATA = "metadata.json"

Row = dict[str, NDArray[Any]]
"""Result of one task."""


@dataclass(frozen=True, eq=False)
class Results:
    """What a run has found so far.

    Attributes
    ----------
    identity : experiment, version, seed, quick, settings, tasks and format of the file.
    rows : result of each task that succeeded, by the number of the task, in order.
    errors : why each of the other tasks failed.
    """

    identity: Mapping[str, Any]
    rows: Mapping[int, Row]
    errors: Mapping[int, str]

    @property
    def tasks(self) -> list[dict[str, Any]]:
        """Parameters of every task, failed ones too."""
        tasks: list[dict[str, Any]] = self.identity["tasks"]
        return tasks

    @property
    def complete(self) -> bool:
        """True if every task has a result."""
        return len(self.rows) == len(self.tasks)

    @property
    def names(self) -> list[str]:
        """Names of the results, sorted."""
        return sorted({name for row in self.rows.values() for name in row})

    def parameter(self, name: str) -> NDArray[Any]:
        """Return parameter ``name`` of the tasks that succeeded, one entry each."""
        return np.array([self.tasks[index][name] for index in self.rows])

    def row(self, **wanted: Any) -> Row:
        """Return the result of the one task that has these parameters, whatever its others are.

        Raises
        ------
        KeyError
            If there is no such task, or it has no result.
        ValueError
            If there are several.
        """
        found = [
            number
            for number, task in enumerate(self.tasks)
            if all(name in task and task[name] == value for name, value in wanted.items())
        ]
        if len(found) > 1:
            raise ValueError(f"wanted must name one task, got {len(found)} with {wanted}")
        if not found or found[0] not in self.rows:
            raise KeyError(f"no finished task with {wanted}")
        return dict(self.rows[found[0]])

    def column(self, name: str) -> NDArray[Any]:
        """Return result ``name`` over all tasks: (tasks, ...) if every task gave the same shape.

        Arrays that differ in their first axis only are joined along it; others are flattened.

        Raises
        ------
        ValueError
            If no task has a result of this name.
        """
        parts = [row[name] for row in self.rows.values() if name in row]
        if not parts:
            raise ValueError(f"name must be one of {', '.join(self.names)}, got {name!r}")
        return joined(parts)


def as_row(result: Mapping[str, Any]) -> Row:
    """Return what a task gave as arrays, or say what cannot be stored.

    Raises
    ------
    ValueError
        If ``result`` is no mapping from names to arrays of numbers, booleans or text.
    """
    if not isinstance(result, Mapping):
        raise ValueError(f"result must be a mapping of names to arrays, got {type(result).__name__}")
    row = {}
    for name, value in result.items():
        if not isinstance(name, str) or not name.isidentifier():
            raise ValueError(f"result must have names that are identifiers, got {name!r}")
        array = np.array(value, order="C")
        if array.dtype.kind not in "biufcU":
            raise ValueError(f"result {name!r} must hold numbers, booleans or text, got dtype {array.dtype}")
        row[name] = array.astype(array.dtype.newbyteorder("<"), copy=False)
    return row


def joined(parts: list[NDArray[Any]]) -> NDArray[Any]:
    """Return arrays stacked, joined along their first axis or flattened, the first that fits."""
    if len({part.shape for part in parts}) == 1:
        return np.stack(parts)
    if all(part.ndim for part in parts) and len({part.shape[1:] for part in parts}) == 1:
        return np.concatenate(parts)
    return np.concatenate([part.ravel() for part in parts])


def without(names: Collection[str], rows: Mapping[int, Row]) -> tuple[dict[int, Row], dict[int, int]]:
    """Return the rows without some of their results, and how many bytes each has lost."""
    kept = {
        index: {name: array for name, array in row.items() if name not in names}
        for index, row in rows.items()
    }
    dropped = {
        index: sum(array.nbytes for name, array in row.items() if name in names)
        for index, row in rows.items()
    }
    return kept, dropped


def write_results(
    path: Path, identity: Mapping[str, Any], rows: Mapping[int, Row], errors: Mapping[int, str]
) -> None:
    """Write the result file in one step: whoever looks finds the old one or the new one, whole."""
    ordered = [(index, rows[index]) for index in sorted(rows)]
    arrays, layout = {}, {}
    for name in sorted({name for _, row in ordered for name in row}):
        having = [(index, row[name]) for index, row in ordered if name in row]
        arrays[name] = joined([part for _, part in having])
        layout[name] = [[index, *part.shape] for index, part in having]
    metadata = {
        **identity,
        "layout": layout,
        "done": [index for index, _ in ordered],
        "errors": [[index, errors[index]] for index in sorted(errors)],
    }
    with replacing(path) as file, zipfile.ZipFile(file, "w") as archive:
        add_member(archive, METADATA, one_key_a_line(metadata).encode())
        for name, array in arrays.items():
            add_member(archive, f"{name}.npy", npy_bytes(array))


def one_key_a_line(record: Mapping[str, Any]) -> str:
    """Return JSON that a person can read too."""
    lines = [f"{json.dumps(key)}: {json.dumps(record[key], sort_keys=True)}" for key in sorted(record)]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def add_member(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Add a compressed member without date, owner or operating system."""
    member = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    member.create_system = 3  # else the platform's number would be written
    member.external_attr = 0o644 << 16
    member.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(member, content)


def npy_bytes(array: NDArray[Any]) -> bytes:
    """Return the array in NumPy's own file format."""
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def load_results(path: str | os.PathLike[str]) -> Results:
    """Return the results in ``path``.

    Raises
    ------
    ValueError
        If the file is no result file, or one of a format that this version does not read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            metadata = json.loads(archive.read(METADATA))
            arrays = {
                name: np.load(io.BytesIO(archive.read(f"{name}.npy")), allow_pickle=False)
                for name in metadata["layout"]
            }
    except (zipfile.BadZipFile, KeyError, json.JSONDecodeError) as error:
        raise ValueError(f"path must be a result file, got {os.fspath(path)!r}: {error}") from error
    if metadata["format"] != FORMAT:
        raise ValueError(f"path must be a result file of format {FORMAT}, got format {metadata['format']}")
    rows: dict[int, Row] = {index: {} for index in metadata.pop("done")}
    for name, places in metadata.pop("layout").items():
        flat, start = arrays[name].reshape(-1), 0
        for index, *shape in places:
            end = start + math.prod(shape)
            rows[index][name] = flat[start:end].reshape(shape)
            start = end
    return Results(identity=metadata, rows=rows, errors=dict(metadata.pop("errors")))


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Give a file to write that takes the place of ``path`` once it is safely on the disk."""
    new = path.with_name(path.name + ".new")
    with open(new, "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)
    sync_directory(path.parent)


def sync_directory(folder: Path) -> None:
    """Make sure that names just created or replaced in ``folder`` survive a power failure."""
    if os.name == "nt":  # Windows cannot open a folder, and keeps its entries by itself
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
