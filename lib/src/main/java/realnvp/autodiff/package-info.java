/**
 * Reverse-mode automatic differentiation over float32 matrices.
 *
 * <p>An operation computes its value at once and notes, for each parent, how to add its share to that parent's
 * gradient. A {@link realnvp.autodiff.Tape} holds the operations in the order they were made, so that walking it
 * backwards is the chain rule, and walking it forwards again computes everything anew from changed inputs without
 * building or allocating anything.
 *
 * <p>Every sum over k runs in the order of k with a fused multiply-add, in whichever kernel, so that all kernels,
 * vector widths and numbers of threads give the same bits.
 */
package realnvp.autodiff;
