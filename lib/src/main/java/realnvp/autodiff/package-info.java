/**
 * Reverse-mode automatic differentiation over float32 matrices. Every sum over k of a matrix product runs in the order
 * of k with a fused multiply-add, so that all forms of the product and all numbers of threads give the same bits.
 */
package realnvp.autodiff;
