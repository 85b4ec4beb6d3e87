#!/bin/sh
# noisyopt 0.2.3: SPSA started at a symmetric point never moves and reports success.
#
# Its gradient estimate is the difference f(x + c·d) − f(x − c·d) over random signs d. For a function that is even about
# the start, such as any saddle x² − y² at 0, the difference is exactly 0 along every d: 200 iterations end at the start.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check noisyopt==0.2.3 numpy==1.26.4 scipy==1.12.0
cat > "$folder/try.py" <<'END'
import numpy as np
from noisyopt import minimizeSPSA

np.random.seed(0)
result = minimizeSPSA(lambda x: x[0] ** 2 - x[1] ** 2, x0=np.zeros(2), paired=False, niter=200)
print(result.x.tolist(), "success", result.success)
END
cat > "$folder/expected" <<'END'
[0.0, 0.0] success True
END
cd "$folder"
venv/bin/python try.py > seen
cat seen
diff expected seen
