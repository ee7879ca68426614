/** The neural networks inside a coupling, and the optimiser that trains them. */
package realnvp.nn;
