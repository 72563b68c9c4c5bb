package dev.culvert.kit.plot;

/**
 * Is told what the connections of several stacks send and how they are acknowledged. Sequence numbers are bytes of the stream,
 * times ns since the stacks began.
 */
public interface FlowListener {
    /** Does nothing. */
    FlowListener NONE = new FlowListener() {};

    /**
     * A range was sent.
     *
     * @param again whether it had been sent before
     */
    default void onSent(final FlowEnd flow, final long timeNs, final long from, final long to, final boolean again) {}

    /** An acknowledgement was processed, by one who has something in flight. */
    default void onAck(final FlowEnd flow, final FlowSample sample) {}

    /** It reported a range as received, by a SACK block. */
    default void onSack(final FlowEnd flow, final long timeNs, final long left, final long right) {}

    /** Both are told, this one first. */
    default FlowListener and(final FlowListener other) {
        final FlowListener first = this;
        return new FlowListener() {
            @Override
            public void onSent(
                    final FlowEnd flow, final long timeNs, final long from, final long to, final boolean again) {
                first.onSent(flow, timeNs, from, to, again);
                other.onSent(flow, timeNs, from, to, again);
            }

            @Override
            public void onAck(final FlowEnd flow, final FlowSample sample) {
                first.onAck(flow, sample);
                other.onAck(flow, sample);
            }

            @Override
            public void onSack(final FlowEnd flow, final long timeNs, final long left, final long right) {
                first.onSack(flow, timeNs, left, right);
                other.onSack(flow, timeNs, left, right);
            }
        };
    }
}
