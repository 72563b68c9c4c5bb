package dev.culvert.kit.peer;

/** What one peer can do to a stack with small packets. */
public enum Flood {
    /** Nothing: what the others are compared with. */
    NONE,
    /** SYNs from ever new ports; the handshakes are never completed. */
    SYNS,
    /** Segments with one byte of text each, in order. */
    SMALL_SEGMENTS,
    /** Single bytes all over the window, the first of which never comes. */
    GAPS,
    /** Single bytes that come backwards, each in front of the last. */
    BACKWARDS,
    /** Acknowledgements that open and close a window of a few bytes for text that waits to be sent. */
    TINY_WINDOWS,
    /** Acknowledgements that do not move, each with another SACK block. */
    SACKS
}
