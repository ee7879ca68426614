package realnvp.flow;

import realnvp.autodiff.Tensor;

/**
 * Where a bijector takes a batch, and how much it stretches space there: log |det J| of each point, in nats.
 *
 * @param value  (n,d)
 * @param logDet (n,1)
 */
public record ValueAndLogDet(Tensor value, Tensor logDet) {
}
