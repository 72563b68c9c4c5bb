package dev.culvert.tcp;

import java.util.Locale;

/** What becomes of a connection that should enter TIME-WAIT when there is no room for another row. */
public enum TimeWaitOverflow {
    /** It is over at once, without TIME-WAIT: as Linux does beyond tcp_max_tw_buckets. */
    DROP_NEW,
    /** The row that would have ended first makes room: as BSD does. */
    DROP_OLDEST,
    /** It is over at once, and the peer is told so by a RST in place of the last ACK: nothing is left to go wrong later. */
    RESET;

    /** Its name for users, such as {@code drop-new}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
