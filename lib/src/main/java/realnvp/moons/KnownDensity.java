package realnvp.moons;

import realnvp.flow.Density;

/**
 * A density whose entropy −∫ p log p is known: the smallest mean loss, in nats, that any model can reach on its
 * draws, so that what a model loses above it is the model's own.
 */
public interface KnownDensity extends Density {
    /** −∫ p log p in nats, in the units of the data; it may be below 0. */
    double entropy();
}
