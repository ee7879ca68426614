"""Real NVP in PyTorch: modules, eager mode, fused Adam; with the argument "compile", torch.compile."""

import math
import os
import sys

import torch
from torch import nn

from contestant import LEARNING_RATE, grid, serve

COMPILE = "compile" in sys.argv


def conditioner(layers):
    modules = []
    for weight, bias in layers:
        linear = nn.Linear(*weight.shape)
        linear.weight.data = torch.tensor(weight.T.copy())
        linear.bias.data = torch.tensor(bias)
        modules += [linear, nn.ReLU()]
    return nn.Sequential(*modules[:-1])


class RealNvp(nn.Module):
    def __init__(self, couplings):
        super().__init__()
        self.s = nn.ModuleList(conditioner(s) for s, t in couplings)
        self.t = nn.ModuleList(conditioner(t) for s, t in couplings)

    def log_prob(self, x):
        a, b = x.chunk(2, dim=1)  # a is kept, b is changed; they swap after each coupling
        log_det = torch.zeros_like(a)
        for s, t in zip(self.s, self.t):
            log_scale = torch.tanh(s(a))
            a, b = b * torch.exp(log_scale) + t(a), a
            log_det = log_det + log_scale
        return (log_det - 0.5 * (a * a + b * b) - math.log(2 * math.pi)).squeeze(1)

    def inverse(self, z):
        a, b = z.chunk(2, dim=1)
        if len(self.s) % 2 == 1:
            a, b = b, a
        for s, t in zip(reversed(self.s), reversed(self.t)):
            a, b = b, (a - t(b)) * torch.exp(-torch.tanh(s(b)))
        return torch.cat([a, b], dim=1)

    def forward(self, x):
        return -self.log_prob(x).mean()


class Model:
    def __init__(self, couplings, points):
        self.flow = RealNvp(couplings)
        self.x = torch.tensor(points)
        self.grid = torch.tensor(grid())
        self.adam = torch.optim.Adam(self.flow.parameters(), lr=LEARNING_RATE, fused=True)
        self.loss = torch.compile(self.flow) if COMPILE else self.flow

    def ten_steps(self):
        for _ in range(10):
            self.adam.zero_grad()
            self.loss(self.x).backward()
            self.adam.step()

    def loss_and_gradient(self):
        loss = self.loss(self.x)
        self.adam.zero_grad()
        loss.backward()
        layers = [layer for s, t in zip(self.flow.s, self.flow.t) for layer in [*s, *t]]
        linears = [layer for layer in layers if isinstance(layer, nn.Linear)]
        return [loss.item()] + [part for linear in linears for part in (linear.weight.grad.T, linear.bias.grad)]

    @torch.inference_mode()
    def density(self):
        return self.flow.log_prob(self.grid)

    @torch.inference_mode()
    def sample(self):
        return self.flow.inverse(torch.randn(100_000, 2))


torch.set_num_threads(int(os.environ["BENCH_THREADS"]))
serve(f"PyTorch {torch.__version__}, {'torch.compile' if COMPILE else 'eager'}", Model)
