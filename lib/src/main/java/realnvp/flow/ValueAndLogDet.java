package realnvp.flow;

import realnvp.autodiff.Tensor;

/**
 * Where a bijector takes a batch, and how much it stretches space there: log |det J| of each point, in nats.
 *
 * <pre>{@code
 * Tensor x = new Tape().constant(Matrix.of(new double[] {1, 2}));
 * ValueAndLogDet z = RealNvp.create(2, 2, 8, 2, new Well19937c(1)).chain().forwardAndLogDet(x);
 * Matrix logDet = z.logDet().value();
 * }</pre>
 *
 * @param value  (n,d)
 * @param logDet (n,1)
 */
public record ValueAndLogDet(Tensor value, Tensor logDet) {
}
