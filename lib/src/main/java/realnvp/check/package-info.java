/**
 * Checks that show their numbers: each measures one claim about a flow, prints one line with the largest error and the
 * tolerance, and throws when the claim does not hold. What they compare with shares no code with {@code autodiff}.
 */
package realnvp.check;
