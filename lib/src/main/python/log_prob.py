"""
Log densities by PyTorch, with a flow that the Java library kept in a file: needs torch and safetensors.

    python log_prob.py moons.safetensors < points.csv

Points are lines of numbers with commas between them and no heading; their log densities come out, in nats.
"""
import json
import sys

import torch
from safetensors import safe_open
from torch.nn.functional import linear


def log_prob(path, x):
    """log p(x) of each row, (n,d) to (n): networks in float32 as in the library, sums in double."""
    z, log_det = x.clone(), torch.zeros(len(x)).double()
    with safe_open(path, "pt") as file:
        for name, layer in json.loads(file.metadata()["realnvp.flow"]).items():
            if layer["type"] == "standardize":
                mean, sd = file.get_tensor(name + ".mean"), file.get_tensor(name + ".standard_deviation")
                z, log_det = (z - mean.float()) / sd.float(), log_det - sd.log().sum()
            else:
                kept = torch.tensor(layer["mask"]) == 1
                s, t = (network(file, f"{name}.{of}", layer[of], z[:, kept]) for of in "st")
                bound = layer["maxLogScale"]
                s = bound * torch.tanh(s / bound) if bound else s
                z[:, ~kept] = z[:, ~kept] * s.exp() + t
                log_det = log_det + s.sum(1)
    return torch.distributions.Normal(0.0, 1.0).log_prob(z.double()).sum(1) + log_det


def network(file, name, layer, h):
    for i in range(len(layer["widths"]) - 1):
        h = getattr(torch, layer["activation"])(h) if i else h
        h = linear(h, file.get_tensor(f"{name}.{i}.weight"), file.get_tensor(f"{name}.{i}.bias"))
    return h


if __name__ == "__main__":
    points = torch.tensor([[float(number) for number in line.split(",")] for line in sys.stdin])
    print(*log_prob(sys.argv[1], points).tolist(), sep="\n")
