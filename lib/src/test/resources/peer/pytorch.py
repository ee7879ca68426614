"""Makes pytorch.txt, with which PeerTest compares the library: python3 pytorch.py > pytorch.txt (needs PyTorch 2.x).

Real NVP written with torch modules and PyTorch's own normal distribution, in double. Weights and points are multiples
of 1/4096, so that float32 holds them exactly. One line per thing: its name, then its numbers.
"""
import sys

import torch
from torch import nn

torch.set_default_dtype(torch.float64)
RESULTS = {"latent", "logdet", "loss", "gradient"}
CLEAR_OF_KINKS = 1e-5  # no unit of a ReLU so close to 0 that float32 could see it on the other side


def exact(tensor):
    return torch.round(tensor * 4096) / 4096


def network(generator, size, *widths):
    """Linear layers with ReLU between them, and weights of about that size."""
    modules = []
    for inputs, outputs in zip(widths, widths[1:]):
        linear = nn.Linear(inputs, outputs)
        for parameter in linear.parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            parameter.data = exact(size * noise / inputs ** 0.5)
        modules += [linear, nn.ReLU()]
    return nn.Sequential(*modules[:-1])


class Coupling(nn.Module):
    def __init__(self, generator, size, mask, bound, *hidden):
        super().__init__()
        self.mask = torch.tensor(mask, dtype=torch.bool)
        self.bound = bound
        kept, changed = sum(mask), len(mask) - sum(mask)
        self.s = network(generator, size, kept, *hidden, changed)
        self.t = network(generator, size, kept, *hidden, changed)

    def forward(self, x):
        kept = x[:, self.mask]
        s = self.s(kept)
        if self.bound < float("inf"):
            s = self.bound * torch.tanh(s / self.bound)
        z = x.clone()
        z[:, ~self.mask] = x[:, ~self.mask] * torch.exp(s) + self.t(kept)
        return z, s.sum(1)

    def describe(self):
        say("coupling", *self.mask.int().tolist())
        say("bound", self.bound)
        for name in ("s", "t"):
            linears = [module for module in getattr(self, name) if isinstance(module, nn.Linear)]
            say(name, linears[0].in_features, *(linear.out_features for linear in linears))
            for linear in linears:
                say("weight", *linear.weight.T.flatten().tolist())
                say("bias", *linear.bias.tolist())


class Standardize(nn.Module):
    def __init__(self, mean, sd):
        super().__init__()
        self.mean, self.sd = torch.tensor(mean), torch.tensor(sd)

    def forward(self, x):
        return (x - self.mean) / self.sd, -torch.log(self.sd).sum().expand(len(x))

    def describe(self):
        say("mean", *self.mean.tolist())
        say("sd", *self.sd.tolist())


def say(name, *numbers):
    """Multiples of 1/4096 to the last digit, results to ten digits."""
    digits = 10 if name in RESULTS else 17
    print(name, *(f"{number:.{digits}g}" if isinstance(number, float) else number for number in numbers))


def case(name, points, layers):
    print("case", name)
    for layer in layers:
        layer.describe()
    x = exact(points)
    for row in x:
        say("point", *row.tolist())
    nearest = []
    for layer in layers:
        for module in layer.modules():
            if isinstance(module, nn.ReLU):
                module.register_forward_hook(lambda module, units, y: nearest.append(units[0].abs().min().item()))
    z, log_det = x, torch.zeros(len(x))
    for layer in layers:
        z, step = layer(z)
        log_det = log_det + step
    assert min(nearest, default=1) > CLEAR_OF_KINKS, f"{name}: {min(nearest)}"
    base = torch.distributions.MultivariateNormal(torch.zeros(x.shape[1]), torch.eye(x.shape[1]))
    loss = -(base.log_prob(z) + log_det).mean()
    loss.backward()
    for row in z:
        say("latent", *row.tolist())
    say("logdet", *log_det.tolist())
    say("loss", loss.item())
    for layer in layers:
        for network in ([layer.s, layer.t] if isinstance(layer, Coupling) else []):
            for linear in network:
                if isinstance(linear, nn.Linear):
                    say("gradient", *linear.weight.grad.T.flatten().tolist(), *linear.bias.grad.tolist())


def main():
    print(f"# made by pytorch.py with PyTorch {torch.__version__.split('+')[0]}, in double", flush=True)
    generator = torch.Generator().manual_seed(1)
    infinity = float("inf")

    def points(n, features):
        return torch.randn(n, features, generator=generator)

    def couplings(count, bound, *hidden, features=2, size=0.6):
        masks = [[(i + layer + 1) % 2 for i in range(features)] for layer in range(count)]
        return [Coupling(generator, size, mask, bound, *hidden) for mask in masks]

    case("1 coupling, first coordinate kept", points(6, 2), couplings(1, 1.0, 4, 4))
    case("1 coupling, second coordinate kept", points(6, 2), couplings(2, 1.0, 4, 4)[1:])
    case("1 coupling, s without a bound", points(6, 2), couplings(1, infinity, 4, 4))
    case("1 coupling, s bounded by 0.5", points(6, 2), couplings(1, 0.5, 4, 4))
    case("4 couplings", points(8, 2), couplings(4, 1.0, 5, 5))
    standardize = Standardize([0.5, 0.25], [0.875, 0.5])
    case("standardised, 4 couplings", points(8, 2), [standardize, *couplings(4, 2.0, 5, 5)])
    case("5 couplings of 3 features", points(8, 3), couplings(5, 1.0, 4, 4, features=3))
    case("standardised, 50 couplings", points(8, 2), [standardize, *couplings(50, 1.0, 3, size=0.3)])


if __name__ == "__main__":
    sys.exit(main())
