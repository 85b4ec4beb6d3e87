#!/bin/sh
# traceax 1.0.2: with complex normal test vectors, which the samplers offer, a trace of 5050 is estimated as about 0.
#
# The estimators use ωᵀAω, without a conjugate. For complex normal ω the mean of ωω* is I but that of ωωᵀ is 0, and so
# is the mean of the estimate. `RademacherSampler(complex)` hides it: its samples are complex in type and ±1 in value.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check traceax==1.0.2 jax==0.10.2 equinox==0.13.8 lineax==0.1.1 numpy==2.4.6
cat > "$folder/try.py" <<'END'
import jax
import jax.numpy as jnp
import lineax
import numpy as np
import traceax

operator = lineax.MatrixLinearOperator(jnp.diag(jnp.arange(1, 101).astype(complex)))
keys = jax.random.split(jax.random.key(0), 200)


def mean(estimator, sampler):
    return abs(np.mean(jax.vmap(lambda key: estimator(sampler)(key, operator, 90)[0])(keys)))


print("trace", int(operator.matrix.trace().real))
for estimator in (traceax.HutchinsonEstimator, traceax.HutchPlusPlusEstimator):
    for sampler in (traceax.NormalSampler(float), traceax.RademacherSampler(complex), traceax.NormalSampler(complex)):
        found = mean(estimator, sampler)
        verdict = "within 1 % of it" if abs(found - 5050) < 50 else "below 1 % of it" if found < 50 else found
        print(f"{estimator.__name__}, {type(sampler).__name__} {sampler.dtype}: {verdict}")
END
cat > "$folder/expected" <<'END'
trace 5050
HutchinsonEstimator, NormalSampler float32: within 1 % of it
HutchinsonEstimator, RademacherSampler complex64: within 1 % of it
HutchinsonEstimator, NormalSampler complex64: below 1 % of it
HutchPlusPlusEstimator, NormalSampler float32: within 1 % of it
HutchPlusPlusEstimator, RademacherSampler complex64: within 1 % of it
HutchPlusPlusEstimator, NormalSampler complex64: below 1 % of it
END
cd "$folder"
venv/bin/python try.py > seen
cat seen
diff expected seen
