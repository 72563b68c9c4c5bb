package dev.culvert.kit.script;

import static dev.culvert.kit.packet.Segment.ACK;
import static dev.culvert.kit.packet.Segment.FIN;
import static dev.culvert.kit.packet.Segment.PSH;
import static dev.culvert.kit.packet.Segment.RST;
import static dev.culvert.kit.packet.Segment.SYN;

import dev.culvert.kit.packet.Segment;

/** The words for segments in packet scripts; import them statically. */
public final class Segments {
    private Segments() {}

    /** {@code <SYN>}. */
    public static Segment syn() {
        return Segment.of(SYN).len(0);
    }

    /** {@code <SYN,ACK>}. */
    public static Segment synAck() {
        return Segment.of(SYN | ACK).len(0);
    }

    /** {@code <ACK>} without text. */
    public static Segment ack() {
        return Segment.of(ACK).len(0);
    }

    /** {@code <ACK>} with text. */
    public static Segment data(final int bytes) {
        return Segment.of(ACK).len(bytes);
    }

    /** {@code <FIN,ACK>} without text; {@code fin().len(n)} carries some. */
    public static Segment fin() {
        return Segment.of(FIN | ACK).len(0);
    }

    /** {@code <RST>} without ACK. */
    public static Segment rst() {
        return Segment.of(RST).len(0);
    }

    /** {@code <RST,ACK>}. */
    public static Segment rstAck() {
        return Segment.of(RST | ACK).len(0);
    }

    /** Any control bits, as packetdrill writes them: {@code flags("SF")}, {@code flags("P.")}, {@code flags("-")}. */
    public static Segment flags(final String letters) {
        int bits = 0;
        for (int i = 0; i < letters.length(); i++) {
            bits |= switch (letters.charAt(i)) {
                case 'S' -> SYN;
                case 'F' -> FIN;
                case 'R' -> RST;
                case 'P' -> PSH;
                case '.' -> ACK;
                case 'U' -> Segment.URG;
                case 'E' -> Segment.ECE;
                case 'W' -> Segment.CWR;
                case '-' -> 0;
                default -> throw new IllegalArgumentException("no control bit is called '" + letters.charAt(i) + "'");
            };
        }
        return Segment.of(bits).len(0);
    }

    /** Microseconds in ns. */
    public static long us(final long value) {
        return value * 1_000;
    }

    /** Milliseconds in ns. */
    public static long ms(final long value) {
        return value * 1_000_000;
    }

    /** Seconds in ns. */
    public static long seconds(final long value) {
        return value * 1_000_000_000;
    }
}
