package dev.culvert.wire;

import org.agrona.concurrent.UnsafeBuffer;

/** Walks IPv4 options (RFC 791 §3.1). Unknown ones are ignored (RFC 1122 §3.2.1.8, RFC 9293 MUST-50). */
final class Ipv4Options {
    private static final int END_OF_LIST = 0;
    private static final int NO_OPERATION = 1;
    private static final int LOOSE_SOURCE_ROUTE = 131;
    private static final int STRICT_SOURCE_ROUTE = 137;
    private static final int TYPE_AND_LENGTH = 2;

    /** Notes a source route in {@code into}; false when an option's length is impossible. */
    boolean walk(final UnsafeBuffer b, final int offset, final int headerLength, final ParsedPacket into) {
        final int end = offset + headerLength;
        int at = offset + Ipv4Flyweight.HEADER_LENGTH;
        while (at < end) {
            final int type = b.getByte(at) & 0xff;
            if (type == END_OF_LIST) {
                return true;
            }
            if (type == NO_OPERATION) {
                at++;
                continue;
            }
            final int optionLength = end - at < TYPE_AND_LENGTH ? 0 : b.getByte(at + 1) & 0xff;
            if (optionLength < TYPE_AND_LENGTH || optionLength > end - at) {
                return false;
            }
            into.sourceRouted |= type == LOOSE_SOURCE_ROUTE || type == STRICT_SOURCE_ROUTE;
            at += optionLength;
        }
        return true;
    }
}
