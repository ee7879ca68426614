package realnvp.check;

/** A check did not hold; the message is one sentence with the value, the tolerance and a hint. */
public final class CheckFailed extends RuntimeException {
    /** With the sentence that a notebook shows. */
    public CheckFailed(String message) { super(message); }
}
