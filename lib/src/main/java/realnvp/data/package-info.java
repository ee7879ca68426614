/** Points whose density is known, so that a loss can be compared with the best possible one, and Gaussian models. */
package realnvp.data;
