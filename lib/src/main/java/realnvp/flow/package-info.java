/**
 * Normalizing flows after Dinh, Sohl-Dickstein and Bengio (2017), "Density estimation using Real NVP",
 * arXiv:1605.08803.
 *
 * <h2>The one convention</h2>
 * <ul>
 * <li>{@code forward} maps data to latent, x → z (f in the paper); {@code inverse} maps latent to data, z → x (g).</li>
 * <li>A mask entry of 1 means: this coordinate passes unchanged.</li>
 * <li>log p(x) = log p_Z(f(x)) + log |det ∂f/∂x|, in nats, in the units of the data as given. Standardising is a layer
 * with its own log-determinant, never a hidden step.</li>
 * <li>Shapes: n batch, d features, h hidden. A coupling leaves part of x as it is and gives the rest
 * x·exp(s) + t, with s and t computed from the untouched part alone.</li>
 * </ul>
 */
package realnvp.flow;
