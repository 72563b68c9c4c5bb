package dev.culvert.kit.explore;

import dev.culvert.kit.Pattern;

/** What one end of one connection has sent and got. */
final class Conversation {
    /** What this end sends, and what it has to get. */
    final Pattern out;

    final Pattern in;
    /** The shard's identifier. */
    long id;

    boolean connected;
    boolean writeClosed;
    boolean eof;
    /** The application has let go of it. */
    boolean over;

    int sent;
    int received;
    int error;

    /** The number-th connection of the host with this number, 0 or 1. */
    Conversation(final int number, final int host) {
        out = new Pattern(2L * number + host);
        in = new Pattern(2L * number + 1 - host);
    }
}
