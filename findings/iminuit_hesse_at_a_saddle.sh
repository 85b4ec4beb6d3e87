#!/bin/sh
# iminuit 2.33.0: at an exact saddle `hesse()` reports an accurate, positive definite covariance that was not forced.
#
# At (0, 0) of f = x² − y² the Hessian is diag(2, −2): y has no variance, that of x is 1/2 (errordef 0.5). MnHesse adds
# a constant to the diagonal until the matrix is positive definite, so that the variance of x is wrong as well (0.222),
# and both flags that could tell, `accurate` and `has_made_posdef_covar`, say that all is well.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check iminuit==2.33.0 numpy==2.2.6
cat > "$folder/try.py" <<'END'
from iminuit import Minuit

minuit = Minuit(lambda x, y: x**2 - y**2, x=0.0, y=0.0)
minuit.errordef = 0.5
minuit.hesse()
print("variances", [round(float(minuit.covariance[i, i]), 3) for i in (0, 1)])
print("accurate", minuit.accurate, "forced", minuit.fmin.has_made_posdef_covar)
END
cat > "$folder/expected" <<'END'
variances [0.222, 2.0]
accurate True forced False
END
cd "$folder"
venv/bin/python try.py > seen
cat seen
diff expected seen
