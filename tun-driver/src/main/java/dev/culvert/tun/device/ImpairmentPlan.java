package dev.culvert.tun.device;

/** The impairments of both directions; {@code in} is what the stack receives. */
public record ImpairmentPlan(Impairment in, Impairment out) {
    /**
     * Reads a text such as {@code loss=2%,delay=10ms,jitter=3ms,reorder=1%,duplicate=1%,corrupt=0.1%,rate=100mbit,queue=1000,seed=7}.
     * A key holds for both directions, {@code in:loss=2%} and {@code out:loss=2%} for one.
     *
     * @throws IllegalArgumentException for what it cannot read; the message quotes it and says what is right
     */
    public static ImpairmentPlan parse(final String text) {
        return null;
    }
}
