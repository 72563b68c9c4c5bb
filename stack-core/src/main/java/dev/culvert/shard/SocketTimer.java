package dev.culvert.shard;

import java.util.Locale;

/** The timer of a socket that matters most, by the names that ss(8) has for them. */
public enum SocketTimer {
    /** None runs. */
    NONE,
    /** Retransmission, of text, FIN, SYN or SYN-ACK. */
    ON,
    /** Zero-window probe. */
    PERSIST,
    /** Keepalive probe. */
    KEEPALIVE,
    /** The end of TIME-WAIT, or of a FIN-WAIT-2 whose application has gone. */
    TIMEWAIT,
    /** The end of a close that lingers (SO_LINGER). */
    LINGER;

    /** Its name in lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
