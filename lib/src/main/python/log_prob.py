"""
Log densities by PyTorch, with a flow that the Java library kept in a file: needs torch and safetensors.

    python log_prob.py moons.safetensors < points.csv

Points are lines of numbers with commas between them and no heading; their log densities come out, in nats.
"""
import sys
from itertools import count

import torch
from safetensors import safe_open
from torch.nn.functional import linear, logsigmoid

ACTIVATIONS = {"relu": torch.relu, "tanh": torch.tanh}


def log_prob(path, x):
    """log p(x) of each row, (n,d) to (n): networks in float32 as in the library, sums in double."""
    z, log_det = x.clone(), torch.zeros(len(x)).double()
    with safe_open(path, "pt") as file:
        for layer in (f"layers.{i}" for i in count()):
            if f"{layer}.mean" in file.keys():
                mean, sd = file.get_tensor(f"{layer}.mean"), file.get_tensor(f"{layer}.standard_deviation")
                z, log_det = (z - mean.float()) / sd.float(), log_det - sd.log().sum()
            elif f"{layer}.levels" in file.keys():
                slope = 0.98 / file.get_tensor(f"{layer}.levels")
                z = torch.logit(z * slope.float() + 0.01)  # the margin α of the library's Logit
                log_det = log_det + (slope.log() - logsigmoid(z.double()) - logsigmoid(-z.double())).sum(1)
            elif f"{layer}.mask" in file.keys():
                kept = file.get_tensor(f"{layer}.mask") == 1
                s, t = (network(file, f"{layer}.{name}", z[:, kept]) for name in "st")
                bound = file.get_tensor(f"{layer}.max_log_scale").float()
                s = bound * torch.tanh(s / bound) if bound.isfinite() else s
                z[:, ~kept] = z[:, ~kept] * s.exp() + t
                log_det = log_det + s.sum(1)
            else:
                return torch.distributions.Normal(0.0, 1.0).log_prob(z.double()).sum(1) + log_det


def network(file, name, h):
    activation = ACTIVATIONS[file.metadata()[f"realnvp.{name}"]]
    for i in count():
        if f"{name}.{i}.bias" not in file.keys():
            return h
        h = activation(h) if i else h
        h = linear(h, file.get_tensor(f"{name}.{i}.weight").float(), file.get_tensor(f"{name}.{i}.bias").float())


if __name__ == "__main__":
    points = torch.tensor([[float(number) for number in line.split(",")] for line in sys.stdin])
    print(*log_prob(sys.argv[1], points).tolist(), sep="\n")
