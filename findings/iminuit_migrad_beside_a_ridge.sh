#!/bin/sh
# iminuit 2.33.0: MIGRAD calls a saddle a valid minimum, with error bars, when it starts a hair beside the ridge.
#
# f = x² − y² + y⁴/4 has its minima at y = ±√2, f = −1. From (1, 1e-8) MIGRAD stops at the saddle (0, 0), f = 0.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check iminuit==2.33.0 numpy==2.2.6
cat > "$folder/try.py" <<'END'
from iminuit import Minuit

minuit = Minuit(lambda x, y: x**2 - y**2 + y**4 / 4, x=1.0, y=1e-8)
minuit.errordef = 0.5
minuit.migrad()
print("valid", minuit.valid, "at", [round(v, 6) + 0.0 for v in minuit.values], "errors", [round(e, 3) for e in minuit.errors])
print("lowest value is -1, reported", round(minuit.fval, 6) + 0.0)
END
cat > "$folder/expected" <<'END'
valid True at [0.0, 0.0] errors [0.471, 1.414]
lowest value is -1, reported 0.0
END
cd "$folder"
venv/bin/python try.py > seen
cat seen
diff expected seen
