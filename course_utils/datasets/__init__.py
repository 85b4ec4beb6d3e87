"""Small real data: digits, photographs and a text, checked against their SHA-256 on loading."""

from course_utils.datasets.fetched import FETCHED_FOLDER, MNIST_FILE, MNIST_SHA256, load_mnist
from course_utils.datasets.files import DATA_FOLDER, read_checked
from course_utils.datasets.images import IMAGES, Dataset, area_average, load
from course_utils.datasets.text import TextDataset, load_penn_treebank, load_text

__all__ = [
    "DATA_FOLDER",
    "FETCHED_FOLDER",
    "IMAGES",
    "MNIST_FILE",
    "MNIST_SHA256",
    "Dataset",
    "TextDataset",
    "area_average",
    "load",
    "load_mnist",
    "load_penn_treebank",
    "load_text",
    "read_checked",
]
