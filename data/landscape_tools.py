"""What published landscape tools draw of landscapes that one knows: writes `landscape-tools.json`.

    pip install uv
    python data/landscape_tools.py                   # all of them
    python data/landscape_tools.py gradfield nngeom  # only these; the others stay as they are in the file

Needs Python 3.11, which all the tools have in common. `uv` makes an environment for each of them, with the
versions below (several gigabytes, for each tool wants a PyTorch); in it `known_landscapes.py` asks the tool
for 9 by 9 values around a small network with parameters of length 5. A few minutes on one core, once the
packages are there.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TARGET = "landscape-tools.json"
CURRENT = ("torch==2.13.0", "numpy==2.4.6")
PACKAGES = {
    "loss-landscapes": ("loss-landscapes==3.0.6", *CURRENT),
    "losscape": ("losscape==1.5.10", *CURRENT),
    "landscaper": ("landscaper==1.3.1", "torch==2.13.0", "numpy==1.26.4"),
    "gradfield": ("gradfield==0.5.0", *CURRENT),
    "nngeom": ("nngeom==0.2.0", *CURRENT),
    "loss-landscape-3d": ("loss-landscape-3d==0.1.3", *CURRENT),
    "pylandscape": ("pylandscape==0.1.3", "torch==2.10.0", "numpy==1.26.4"),
    "loss-landscape-anim": ("loss-landscape-anim==0.1.10", "torch==2.1.2", "numpy==1.26.4"),
}


def ask(tool: str) -> dict[str, object]:
    """Return what a tool draws, asked in an environment of its own."""
    packages = [word for package in PACKAGES[tool] for word in ("--with", package)]
    command = ["uv", "run", "--quiet", "--no-project", "--python", sys.executable, *packages, "python"]
    script = str(HERE / "known_landscapes.py")
    done = subprocess.run([*command, script, tool], stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def as_text(tools: dict[str, dict[str, object]]) -> str:
    """Return the file's text, a line for each number or row of numbers."""
    entries = []
    for name, found in tools.items():
        lines = ",\n".join(f"   {json.dumps(key)}: {json.dumps(value)}" for key, value in found.items())
        entries.append(f"  {json.dumps(name)}: {{\n{lines}\n  }}")
    return '{\n "tools": {\n' + ",\n".join(entries) + "\n }\n}\n"


def main() -> None:
    """Ask the tools that were named, or all, and store what came."""
    known = json.loads((HERE / TARGET).read_text(encoding="utf-8"))["tools"]
    tools = {}
    for tool, (package, *_) in PACKAGES.items():
        name = package.replace("==", " ")
        tools[name] = ask(tool) if tool in (sys.argv[1:] or PACKAGES) else known[name]
    text = as_text(tools)
    (HERE / TARGET).write_text(text, encoding="utf-8")
    print(hashlib.sha256(text.encode()).hexdigest(), TARGET)


if __name__ == "__main__":
    main()
