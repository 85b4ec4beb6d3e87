#!/bin/sh
# scikit-rmt 2.1.1: the two ways to sample one Gaussian orthogonal ensemble differ in the variance of the trace.
#
# GaussianEnsemble(beta=1) has off-diagonal variance 1 both as a full and as a tridiagonal matrix (mean Frobenius norm²
# about n² = 10,000), but the trace of the full matrix has variance 2n = 200, that of the tridiagonal one n = 100. The two
# are documented as samples of one ensemble; only the first is the orthogonally invariant one.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check scikit-rmt==2.1.1 numpy==1.26.4
cat > "$folder/try.py" <<'END'
import numpy as np
from skrmt.ensemble.gaussian_ensemble import GaussianEnsemble

n = 100
for tridiagonal in (False, True):
    np.random.seed(0)
    drawn = [GaussianEnsemble(beta=1, n=n, tridiagonal_form=tridiagonal).matrix for _ in range(1500)]
    variance = np.var([np.trace(matrix) for matrix in drawn])
    size = np.mean([np.sum(matrix**2) for matrix in drawn])
    print("tridiagonal" if tridiagonal else "full", f"variance of the trace / n = {variance / n:.0f}, mean norm² / n² = {size / n**2:.1f}")
END
cat > "$folder/expected" <<'END'
full variance of the trace / n = 2, mean norm² / n² = 1.0
tridiagonal variance of the trace / n = 1, mean norm² / n² = 1.0
END
cd "$folder"
venv/bin/python try.py > seen
cat seen
diff expected seen
