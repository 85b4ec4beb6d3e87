#!/bin/sh
# pycma 4.5.0: from a saddle, an initial step of 1e-6 ends the search after one generation, by `tolfun`.
#
# f = x² − y² + y⁴/4 from (0, 0), minima f = −1. All values of the first generation lie within 1e-11 of each other, the
# default `tolfun`, and the run stops at the saddle. With a step of 1e-3 the same seed reaches a minimum.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check cma==4.5.0 numpy==2.2.6
cat > "$folder/try.py" <<'END'
import cma

for step in (1e-3, 1e-6):
    search = cma.CMAEvolutionStrategy([0.0, 0.0], step, {"verbose": -9, "seed": 1})
    search.optimize(lambda x: x[0] ** 2 - x[1] ** 2 + x[1] ** 4 / 4)
    print(step, "generations above one:", search.countiter > 1, "stop", sorted(search.stop()), f"f {search.result.fbest:.3f}")
END
cat > "$folder/expected" <<'END'
0.001 generations above one: True stop ['tolfun'] f -1.000
1e-06 generations above one: False stop ['tolfun'] f -0.000
END
cd "$folder"
venv/bin/python try.py > seen
cat seen
diff expected seen
