package dev.culvert.kit.explore;

import java.util.Locale;

/**
 * What an application does next.
 *
 * @param what the call
 * @param bytes for {@link What#SEND}
 */
record Step(What what, int bytes) {
    /** The calls, each with what it waits for. */
    enum What {
        /** Opens a connection, when the one before has ended. */
        CONNECT,
        /** Sends text, when connected. */
        SEND,
        /** Waits for the peer's end and does nothing. */
        AWAIT_END,
        /** Closes its side and reads on, when connected. */
        SHUTDOWN,
        /** Closes, when the peer has. */
        CLOSE,
        /** Resets the connection, whatever its state. */
        ABORT,
        /** Loses the connection and everything else with the whole stack, which begins anew. */
        CRASH,
        /** Waits for connections, when there is none. */
        LISTEN
    }

    static final Step CONNECT = new Step(What.CONNECT, 0);
    static final Step AWAIT_END = new Step(What.AWAIT_END, 0);
    static final Step SHUTDOWN = new Step(What.SHUTDOWN, 0);
    static final Step CLOSE = new Step(What.CLOSE, 0);
    static final Step ABORT = new Step(What.ABORT, 0);
    static final Step CRASH = new Step(What.CRASH, 0);
    static final Step LISTEN = new Step(What.LISTEN, 0);

    static Step send(final int bytes) {
        return new Step(What.SEND, bytes);
    }

    @Override
    public String toString() {
        return what == What.SEND
                ? "send " + bytes + " bytes"
                : what.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
