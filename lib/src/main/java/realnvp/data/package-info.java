/**
 * Points to learn from: shapes whose density is known, so that a loss can be compared with the best possible one, and
 * the Gaussians to beat.
 */
package realnvp.data;
