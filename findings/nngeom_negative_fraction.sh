#!/bin/sh
# nngeom 0.2.0: the negative fraction of a spectrum counts distinct Ritz values, not eigenvalues.
#
# One of a hundred eigenvalues is −1, the others are 1. Lanczos ends after two steps with one Ritz value of each sign, and
# `negative_fraction()`, described as a saddle signal, says one half. The index of this saddle is 1/100.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check nngeom==0.2.0 numpy==2.4.6
cat > "$folder/try.py" <<'END'
import numpy as np
from nngeom import Model
from nngeom.curvature import hessian_spectrum

eigenvalues = np.ones(100)
eigenvalues[0] = -1.0
model = Model.from_function(
    {"w": np.zeros(100)},
    lambda parameters, batch: float(0.5 * (eigenvalues * parameters["w"] ** 2).sum()),
    lambda parameters, batch: {"w": eigenvalues * parameters["w"]},
)
spectrum = hessian_spectrum(model, None, k=5, trace=False, seed=0)
print("share of negative eigenvalues", np.mean(eigenvalues < 0), "reported", spectrum.negative_fraction())
END
cat > "$folder/expected" <<'END'
share of negative eigenvalues 0.01 reported 0.5
END
cd "$folder"
venv/bin/python try.py > seen
cat seen
diff expected seen
