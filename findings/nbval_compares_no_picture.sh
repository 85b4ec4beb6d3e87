#!/bin/sh
# nbval 0.11.0: strict comparison passes a notebook whose stored PNG is not even a picture.
#
# `--nbval` compares the stored outputs with those of a rerun; image/png is skipped. The cell below displays a PNG of one
# pixel, its stored output holds other bytes, and the notebook passes. Figures need a comparison of their own.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check nbval==0.11.0 pytest==9.0.2 ipykernel==7.1.0 nbformat==5.10.4
cat > "$folder/try.py" <<'END'
import base64

from nbformat import v4, write

pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg=="
source = f"from base64 import b64decode\nfrom IPython.display import Image, display\n\ndisplay(Image(data=b64decode('{pixel}')))"
stored = {"image/png": base64.b64encode(b"no picture").decode(), "text/plain": "<IPython.core.display.Image object>"}
cell = v4.new_code_cell(source, execution_count=1, outputs=[v4.new_output("display_data", data=stored)])
kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
write(v4.new_notebook(cells=[cell], metadata={"kernelspec": kernel}), "picture.ipynb")
END
cat > "$folder/expected" <<'END'
1 passed
END
cd "$folder"
venv/bin/python try.py
venv/bin/python -m pytest -q --nbval --nbval-current-env picture.ipynb > log 2>&1
tail -n 1 log | sed 's/ in .*//' > seen
cat seen
diff expected seen
