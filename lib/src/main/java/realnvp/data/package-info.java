/**
 * Data whose density is known, so that a loss can be compared with the best possible one, and the Gaussian to
 * beat.
 */
package realnvp.data;
