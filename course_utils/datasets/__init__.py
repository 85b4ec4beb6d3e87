"""Small real data: digits, photographs and a text, checked against their SHA-256 on loading."""

from course_utils.datasets.files import DATA_FOLDER, read_checked
from course_utils.datasets.images import IMAGES, Dataset, area_average, load
from course_utils.datasets.text import TextDataset, load_penn_treebank, load_text

__all__ = [
    "DATA_FOLDER",
    "IMAGES",
    "Dataset",
    "TextDataset",
    "area_average",
    "load",
    "load_penn_treebank",
    "load_text",
    "read_checked",
]
