#!/bin/sh
# scikit-rmt 2.1.1: the Marchenko–Pastur distribution function puts the atom at zero in the wrong place.
#
# With a ratio p/n = 2 half of the eigenvalues of a sample covariance matrix are exactly 0. `cdf` stays 0 up to the
# left edge of the bulk, (1 − √2)² = 0.17, and jumps to a half there: below the edge it is wrong, above it right.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check scikit-rmt==2.1.1 numpy==1.26.4
cat > "$folder/try.py" <<'END'
import numpy as np
from skrmt.ensemble.spectral_law import MarchenkoPasturDistribution

law = MarchenkoPasturDistribution(ratio=2.0)
data = np.random.default_rng(0).standard_normal((200, 400))
eigenvalues = np.linalg.eigvalsh(data.T @ data / 200)
for x in (0.01, 0.17, 0.18, 1.0):
    print(f"x = {x}: cdf {float(law.cdf(x)):.2f}, share of a matrix's eigenvalues below {np.mean(eigenvalues < x):.2f}")
END
cat > "$folder/expected" <<'END'
x = 0.01: cdf 0.00, share of a matrix's eigenvalues below 0.50
x = 0.17: cdf 0.00, share of a matrix's eigenvalues below 0.50
x = 0.18: cdf 0.50, share of a matrix's eigenvalues below 0.50
x = 1.0: cdf 0.66, share of a matrix's eigenvalues below 0.66
END
cd "$folder"
venv/bin/python try.py > seen
cat seen
diff expected seen
