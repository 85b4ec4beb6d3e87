#!/bin/sh
# nbval 0.11.0 with pytest-randomly 5.1.0: a notebook that passes from top to bottom fails, because its cells are shuffled.
#
# pytest-randomly shuffles tests within a module, and to pytest a notebook is a module whose cells are tests. They run in
# one kernel in another order: nine cells that count x up fail, until `-p no:randomly` is given.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check nbval==0.11.0 pytest==9.0.2 pytest-randomly==5.1.0 ipykernel==7.1.0 nbformat==5.10.4
cat > "$folder/try.py" <<'END'
from nbformat import v4, write

sources = ["x = 0"] + [f"x += 1\nassert x == {k}" for k in range(1, 9)]
cells = [v4.new_code_cell(source, execution_count=1 + k, outputs=[]) for k, source in enumerate(sources)]
kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
write(v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), "counting.ipynb")
END
cat > "$folder/expected" <<'END'
in order: 9 passed
shuffled: 8 failed, 1 passed
END
cd "$folder"
venv/bin/python try.py
venv/bin/python -m pytest -q -p no:randomly --nbval --nbval-current-env counting.ipynb > log 2>&1
tail -n 1 log | sed 's/ in .*//; s/^/in order: /' > seen
venv/bin/python -m pytest -q -p no:cacheprovider --randomly-seed=1 --nbval --nbval-current-env counting.ipynb > log 2>&1 || true
tail -n 1 log | sed 's/ in .*//; s/^/shuffled: /' >> seen
cat seen
diff expected seen
