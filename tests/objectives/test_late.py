"""What no lesson uses of NumPy stays out of a kernel until somebody uses it."""

import subprocess
import sys

_PROGRAM = """
import sys
import course_utils.objectives
import scipy.linalg
print("numpy.f2py.crackfortran" in sys.modules, "numpy.testing._private" in sys.modules)
import numpy as np
import numpy.testing
numpy.testing.assert_allclose(1.0, 1.0)
print(np.f2py.__doc__ is not None, np.f2py is sys.modules["numpy.f2py"], np.testing is numpy.testing)
"""


def test_scipy_loads_no_compiler_and_no_test_tools_but_a_reader_can():
    run = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == ["False False", "True True True"]
