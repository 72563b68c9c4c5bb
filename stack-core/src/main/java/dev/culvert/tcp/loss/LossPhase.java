package dev.culvert.tcp.loss;

/** What the sender believes about its path, by the names and in the order that Linux gives them. */
public enum LossPhase {
    /** Nothing is known to be wrong. */
    OPEN,
    /** Duplicate acknowledgements or SACK blocks, too few to mean a loss. */
    DISORDER,
    /** The window is being reduced after a mark of congestion. */
    CWR,
    /** Fast recovery. */
    RECOVERY,
    /** A retransmission timeout is being repaired. */
    LOSS
}
