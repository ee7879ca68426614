"""The benchmark's figures: who is how fast, and how time and memory of a training step grow."""

import statistics
import textwrap

import matplotlib

matplotlib.use("agg")
from matplotlib import pyplot  # noqa: E402

SERIES = {"vector": ("this library", "#0072b2", "o-"), "PyTorch": ("PyTorch", "#d55e00", "s--"),
          "JAX": ("JAX", "#009e73", "^:")}
COLOURS = {1: "#0072b2", 2: "#d55e00"}  # Okabe and Ito's, which colour-blind people can tell apart


def race(medians, names, file):
    figure, axis = pyplot.subplots(figsize=(10, 4), layout="constrained")
    works = list(dict.fromkeys(work for work, name in medians))
    for i, name in enumerate(names):
        done = [k for k, work in enumerate(works) if (work, name) in medians]
        times = [medians[works[k], name] for k in done]
        middle = [statistics.median(t) for t in times]
        spread = [[m - min(t) for m, t in zip(middle, times)], [max(t) - m for m, t in zip(middle, times)]]
        axis.bar([k + 0.8 * i / len(names) for k in done], middle, 0.8 / len(names), yerr=spread, label=name)
    axis.set_yscale("log")
    axis.set_ylabel("milliseconds")
    axis.set_xticks([k + 0.3 for k in range(len(works))],
                    [f"{task}\n{'×'.join(map(str, sizes))}" for task, *sizes in works])
    axis.legend()
    figure.savefig(file, dpi=100)


def growth(rows, machine, file):
    figure, axes = pyplot.subplots(2, 3, figsize=(11, 6.4), layout="constrained")
    for column, what in zip(axes.T, ("layers", "width", "batch")):
        curve(column[0], rows, what, "milliseconds", "milliseconds per step")
        curve(column[1], rows, what, "megabytes", "megabytes of the training")
    figure.suptitle("\n".join(textwrap.wrap(machine, 150)), fontsize="x-small")
    figure.savefig(file, dpi=100)


def widths(sizes, shares, machine, file):
    figure, axis = pyplot.subplots(figsize=(7, 4), layout="constrained")
    for name, row in shares.items():
        label, colour, line = SERIES[name]
        axis.plot(sizes, row, line, color=colour, label=label)
    axis.set(xscale="log", xlabel="width of the hidden layers", ylabel="share of the peak, %", ylim=(0, 100))
    axis.set_xticks(sizes, sizes)
    axis.minorticks_off()
    axis.set_title("one training step of 8 couplings on 512 points", fontsize="small")
    axis.legend()
    figure.suptitle("\n".join(textwrap.wrap(machine, 110)), fontsize="x-small")
    figure.savefig(file, dpi=100)


def curve(axis, rows, what, value, label):
    for number, threads in enumerate(sorted({row["threads"] for row in rows})):
        chosen = [row for row in rows if row["what"] == what and row["threads"] == threads]
        sizes = [row[what] for row in chosen]
        axis.plot(sizes, [row[value] for row in chosen], "os"[number % 2] + "-", color=COLOURS.get(threads),
                  label=f"{threads} thread" + "s" * (threads > 1))
    power = 2 if what == "width" else 1
    axis.plot(sizes, [chosen[-1][value] * (size / sizes[-1]) ** power for size in sizes], ":", color="grey",
              label="width squared" if power == 2 else f"as the {what}")
    axis.set(xscale="log", yscale="log", xlabel=what, ylabel=label)
    axis.set_xticks(sizes, sizes, fontsize="small")
    axis.minorticks_off()
    axis.set_title(", ".join(f"{k} {chosen[0][k]}" for k in ("layers", "width", "batch") if k != what),
                   fontsize="small")
    axis.legend(fontsize="small")
