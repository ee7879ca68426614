/** Maximum-likelihood training of a flow, its log, and its progress. */
package realnvp.train;
