/** What computes beneath the readable operations: the matrix product, a whole perceptron, exp and tanh, threads. */
package realnvp.engine;
