"""Key to homework 02, ill-conditioning and step size."""

from key.homework02 import last_step, power_iteration
from key.homework02.digits import RISING_LOSS
from key.homework02.last_step import BARZILAI_BORWEIN, barzilai_borwein
from key.homework02.pixels import PIXELS
from key.homework02.power_iteration import LARGEST_EIGENVALUE, ProductsOf
from key.homework02.prediction import STEP_RULES
from key.homework02.spectrum import RATES

EXERCISES = (RATES, STEP_RULES, BARZILAI_BORWEIN, LARGEST_EIGENVALUE, RISING_LOSS, PIXELS)
FRESH = {"hw02.3": last_step.FRESH, "hw02.4": power_iteration.FRESH}

__all__ = ["EXERCISES", "FRESH", "ProductsOf", "barzilai_borwein"]
