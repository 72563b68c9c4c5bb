package dev.culvert.kit.explore;

import dev.culvert.env.Errno;
import dev.culvert.kit.Pattern;

/** One end of one connection, as its application knows it. */
final class Conversation {
    /** The shard's identifier. */
    long id;
    /** Initial sequence numbers, of this end and of the peer: which connection it is. The peer's counts once connected. */
    int iss;

    int irs;
    /** Whether {@link #iss} is set. */
    boolean begun;

    /** Whether the peer opened it. */
    boolean passive;

    boolean connected;
    boolean writeClosed;
    boolean eof;
    /** The application has let go of it. */
    boolean over;

    int sent;
    int received;
    int error = Errno.OK;

    /** What this end sends. */
    Pattern out() {
        return new Pattern(iss);
    }

    /** What it has to get. */
    Pattern in() {
        return new Pattern(irs);
    }

    Facts facts() {
        return new Facts(iss, irs, begun, passive, connected, writeClosed, eof, over, sent, received, error);
    }

    /** How far one end of one connection has come. */
    record Facts(
            int iss,
            int irs,
            boolean begun,
            boolean passive,
            boolean connected,
            boolean writeClosed,
            boolean eof,
            boolean over,
            int sent,
            int received,
            int error) {
        /** Whether that is the other end of this connection. */
        boolean isPeer(final Facts other) {
            return other.begun && other.iss == irs;
        }

        /** A hash. */
        long key() {
            final long numbers = Mix.of(Mix.of(iss, irs), Mix.of(sent, received));
            int bits = 0;
            for (final boolean bit : new boolean[] {begun, passive, connected, writeClosed, eof, over}) {
                bits = 2 * bits + (bit ? 1 : 0);
            }
            return Mix.of(Mix.of(numbers, bits), error);
        }
    }
}
