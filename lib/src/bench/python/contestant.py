"""What the contestants in Python share: the tasks from standard input, the file of parameters, the clock."""

import math
import sys
import time

import numpy as np

LEARNING_RATE = 1e-5


def read(couplings, width, linear_layers, file):
    """The conditioners of each coupling, [s, t], as lists of (weight (in,out), bias (out,)); the points (n,2)."""
    numbers = np.fromfile(file, dtype="<f4")
    at = 0

    def take(*shape):
        nonlocal at
        at += math.prod(shape)
        return numbers[at - math.prod(shape):at].reshape(shape)

    widths = [1] + [width] * (linear_layers - 1) + [1]
    flow = [[[(take(i, o), take(o)) for i, o in zip(widths, widths[1:])] for _ in "st"] for _ in range(couplings)]
    return flow, numbers[at:].reshape(-1, 2)


def grid():
    i = np.arange(40_000)
    return np.stack([-2 + 5 * (i % 200) / 199, -2 + 4 * (i // 200) / 199], axis=1).astype(np.float32)


def measure(run, times, seconds):
    """Milliseconds of single runs, after a warm-up of half the time; a run does its work so many times."""
    start = time.perf_counter()
    while True:
        run()
        if time.perf_counter() - start >= seconds / 2:
            break
    samples = []
    start = time.perf_counter()
    while not samples or time.perf_counter() - start < seconds:
        before = time.perf_counter()
        run()
        samples.append((time.perf_counter() - before) * 1e3 / times)
    return samples


def serve(name, model_class):
    """Answers each line, "TASK L W D FILE ARGUMENT", with one line of numbers."""
    print(name, flush=True)
    models = {}
    for line in sys.stdin:
        task, *sizes, file, argument = line.split()
        key = " ".join(sizes)
        if key not in models:
            models[key] = model_class(*read(*map(int, sizes), file))
        model = models[key]
        if task == "check":
            np.concatenate([np.ravel(part) for part in model.loss_and_gradient()]).astype("<f4").tofile(argument)
            print(flush=True)
            continue
        run, times = {"step": (model.ten_steps, 10), "density": (model.density, 1), "samples": (model.sample, 1)}[task]
        print(*measure(run, times, float(argument)), flush=True)
