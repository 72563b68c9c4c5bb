package dev.culvert.kit.sim;

/**
 * What one end of a conversation is going to do. Immutable.
 *
 * @param bytes text to send
 * @param writeChunk bytes per send call
 * @param writePauseNs time between send calls
 * @param readChunk bytes per receive call
 * @param readPauseNs time between receive calls; above 0 is a slow reader
 * @param afterEof whether it sends only when the peer has finished, as a server does that answers a request
 * @param lend whether it sends by reference instead of by copy
 * @param ending how it closes
 * @param breakAt bytes sent and received after which {@link Ending#ABORT} and {@link Ending#CLOSE_EARLY} strike
 */
public record Plan(
        long bytes,
        int writeChunk,
        long writePauseNs,
        int readChunk,
        long readPauseNs,
        boolean afterEof,
        boolean lend,
        Ending ending,
        long breakAt) {

    /** How an end closes. */
    public enum Ending {
        /** Closes its side as soon as everything is sent, and reads on: a half close. */
        HALF_CLOSE,
        /** Closes when the peer has closed. */
        AFTER_PEER,
        /** Sends a reset somewhere in the middle. */
        ABORT,
        /** Closes somewhere in the middle, whatever is unread or still to come. */
        CLOSE_EARLY
    }

    /** Whether it breaks the conversation off. */
    public boolean breaksOff() {
        return ending == Ending.ABORT || ending == Ending.CLOSE_EARLY;
    }
}
