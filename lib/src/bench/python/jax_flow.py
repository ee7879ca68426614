"""Real NVP in JAX: pure functions, jit, Adam from optax. The number of threads is set by NPROC."""

import jax
import jax.numpy as jnp
import numpy as np
import optax

from contestant import LEARNING_RATE, grid, serve

ADAM = optax.adam(LEARNING_RATE)


def conditioner(layers, h):
    for weight, bias in layers[:-1]:
        h = jax.nn.relu(h @ weight + bias)
    weight, bias = layers[-1]
    return h @ weight + bias


def log_prob(couplings, x):
    a, b = x[:, :1], x[:, 1:]  # a is kept, b is changed; they swap after each coupling
    log_det = 0.0
    for s, t in couplings:
        log_scale = jnp.tanh(conditioner(s, a))
        a, b = b * jnp.exp(log_scale) + conditioner(t, a), a
        log_det += log_scale
    return (log_det - 0.5 * (a * a + b * b) - jnp.log(2 * jnp.pi)).squeeze(1)


def loss(couplings, x):
    return -log_prob(couplings, x).mean()


@jax.jit
def inverse(couplings, z):
    a, b = z[:, :1], z[:, 1:]
    if len(couplings) % 2 == 1:
        a, b = b, a
    for s, t in reversed(couplings):
        a, b = b, (a - conditioner(t, b)) * jnp.exp(-jnp.tanh(conditioner(s, b)))
    return jnp.concatenate([a, b], axis=1)


def step(couplings, state, x):
    value, gradient = jax.value_and_grad(loss)(couplings, x)
    updates, state = ADAM.update(gradient, state)
    return optax.apply_updates(couplings, updates), state, value


jitted_step = jax.jit(step, donate_argnums=(0, 1))
jitted_log_prob = jax.jit(log_prob)
jitted_value_and_grad = jax.jit(jax.value_and_grad(loss))


class Model:
    def __init__(self, couplings, points):
        self.couplings = jax.tree.map(jnp.array, couplings)
        self.state = ADAM.init(self.couplings)
        self.x = jnp.array(points)
        self.grid = jnp.array(grid())
        self.key = jax.random.key(1)

    def ten_steps(self):
        for _ in range(10):
            self.couplings, self.state, value = jitted_step(self.couplings, self.state, self.x)
        value.block_until_ready()

    def loss_and_gradient(self):
        value, gradient = jitted_value_and_grad(self.couplings, self.x)
        return [np.asarray(part) for part in [value] + jax.tree.leaves(gradient)]

    def density(self):
        return jitted_log_prob(self.couplings, self.grid).block_until_ready()

    def sample(self):
        self.key, key = jax.random.split(self.key)
        return inverse(self.couplings, jax.random.normal(key, (100_000, 2))).block_until_ready()


serve(f"JAX {jax.__version__}, jit", Model)
