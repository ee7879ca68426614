"""The benchmark's figure: who is how fast, and how the cost of a step grows."""

import statistics

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot  # noqa: E402


def draw(medians, names, growth, file):
    figure, axes = pyplot.subplots(1, 4, figsize=(16, 4), layout="constrained", width_ratios=[2, 1, 1, 1])
    race(axes[0], medians, names)
    for axis, what in zip(axes[1:], ("layers", "width", "batch")):
        grow(axis, growth, what)
    figure.savefig(file)


def race(axis, medians, names):
    works = list(dict.fromkeys(work for work, name in medians))
    for i, name in enumerate(names):
        times = [medians[work, name] for work in works]
        middle = [statistics.median(t) for t in times]
        spread = [[m - min(t) for m, t in zip(middle, times)], [max(t) - m for m, t in zip(middle, times)]]
        at = [k + 0.8 * i / len(names) for k in range(len(works))]
        axis.bar(at, middle, 0.8 / len(names), yerr=spread, label=name)
    axis.set_yscale("log")
    axis.set_ylabel("milliseconds")
    axis.set_xticks([k + 0.3 for k in range(len(works))],
                    [f"{task}\n{'×'.join(map(str, sizes))}" for task, *sizes in works], fontsize="small")
    axis.legend(fontsize="small")


def grow(axis, growth, what):
    for threads in sorted({row["threads"] for row in growth}):
        rows = [row for row in growth if row["what"] == what and row["threads"] == threads]
        sizes = [row[what] for row in rows]
        axis.plot(sizes, [row["milliseconds"] for row in rows], "o-", label=f"threads: {threads}")
    power = 2 if what == "width" else 1
    last = rows[-1]["milliseconds"]
    axis.plot(sizes, [last * (size / sizes[-1]) ** power for size in sizes], ":", color="grey",
              label="quadratic" if power == 2 else "linear")
    axis.set(xscale="log", yscale="log", xlabel=what, ylabel="milliseconds per step")
    axis.set_xticks(sizes, sizes, fontsize="small")
    axis.minorticks_off()
    axis.set_title(", ".join(f"{k} {rows[0][k]}" for k in ("layers", "width", "batch") if k != what), fontsize="small")
    axis.legend(fontsize="small")
