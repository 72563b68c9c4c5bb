package dev.culvert.tcp.loss;

import dev.culvert.tcp.congestion.AckFacts;

/**
 * F-RTO, RFC 5682 §3.1, in its form for SACK: after a retransmission timeout new data goes before anything else is sent again,
 * and what is acknowledged then tells whether the timeout was spurious. It needs no timestamps. One per connection.
 */
final class FRto {
    /** What an ACK has told. */
    enum Verdict {
        /** The timeout was spurious. */
        SPURIOUS,
        /** New data should be sent and nothing else: the next ACK decides. */
        SEND_NEW,
        /** Nothing more will be told, or nothing yet: the conventional repair goes on. */
        CONVENTIONAL
    }

    private boolean active;
    private boolean waiting;

    /** Step 1: the timer has expired. {@code mayTell} is false when an earlier timeout has made the question unanswerable. */
    void begin(final boolean mayTell) {
        active = mayTell;
        waiting = false;
    }

    /** The repair is over. */
    void end() {
        active = false;
        waiting = false;
    }

    /** Whether the next ACK is looked at. */
    boolean isActive() {
        return active;
    }

    /** Step 2 b: only new data may go until the next ACK. */
    boolean isWaiting() {
        return waiting;
    }

    /**
     * Steps 2 and 3. An ACK of everything that was outstanding ends the repair, and this with it (step 2 a): the one segment that
     * was sent again may have been the only hole.
     *
     * @param survivors the ACK has delivered what the timeout took for lost and what was not sent again (step 3 b)
     */
    Verdict onAck(final AckFacts facts, final boolean survivors) {
        if (!active) {
            return Verdict.CONVENTIONAL;
        }
        if (waiting) {
            if (facts.deliveredBytes == 0 && !facts.duplicate) {
                return Verdict.SEND_NEW; // a change of the window tells nothing
            }
            end();
            return survivors ? Verdict.SPURIOUS : Verdict.CONVENTIONAL; // steps 3 b and 3 a
        }
        if (facts.ackedBytes > 0) { // step 2 b
            waiting = facts.canSendNew;
            active = waiting;
        }
        return waiting ? Verdict.SEND_NEW : Verdict.CONVENTIONAL;
    }
}
