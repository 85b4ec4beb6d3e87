#!/bin/sh
# loss-landscapes 3.0.6: two random directions are nearly the same one, for all their entries are positive.
#
# `random_line` draws the entries of its direction from 0 to 1. So every direction leans to (1, …, 1), and two of them enclose
# a cosine of about 3/4, in however many dimensions; of random directions in 10,000 dimensions it is 1/100.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check loss-landscapes==3.0.6 torch==2.13.0 numpy==2.4.6
cat > "$folder/try.py" <<'END'
import loss_landscapes
import torch


class Point(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.w = torch.nn.Parameter(torch.ones(100, 100))


points = []


def record(wrapper):
    points.append(wrapper.modules[0].w.detach().clone().flatten())
    return 0.0


ends = []
for seed in (0, 1):
    torch.manual_seed(seed)
    points.clear()
    loss_landscapes.random_line(Point(), record, distance=1, steps=3, normalization="model")
    ends.append(points[-1] - 1)
print("all entries of the directions positive:", all(bool((end >= 0).all()) for end in ends))
print(f"cosine between two seeds: {float(torch.nn.functional.cosine_similarity(*ends, dim=0)):.2f}")
END
cat > "$folder/expected" <<'END'
all entries of the directions positive: True
cosine between two seeds: 0.75
END
cd "$folder"
venv/bin/python try.py > seen
cat seen
diff expected seen
