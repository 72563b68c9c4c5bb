package dev.culvert.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.concurrent.UnsafeBuffer;

/** The TCP part of {@link PacketPrinter}: flags, numbers and options in packetdrill's words and order. */
final class TcpText {
    private static final String FLAG_LETTERS = "FSRP.UEWA";
    private static final int SACK_BLOCK_LENGTH = 8;

    private final UnsafeBuffer packet;
    private final StringBuilder text;

    TcpText(final UnsafeBuffer packet, final StringBuilder text) {
        this.packet = packet;
        this.text = text;
    }

    /** Prints a segment whose lengths are known to be good. */
    void print(final int offset, final int length, final int seqBase, final int ackBase) {
        final TcpFlyweight tcp = new TcpFlyweight().wrap(packet, offset);
        text.append(' ');
        printFlags(tcp.flags());
        text.append(' ');
        printRange(tcp.seq() - seqBase, length - tcp.headerLength());
        if ((tcp.flags() & TcpFlyweight.ACK) != 0) {
            text.append(" ack ").append(Integer.toUnsignedString(tcp.ack() - ackBase));
        }
        text.append(" win ").append(tcp.window());
        if ((tcp.flags() & TcpFlyweight.URG) != 0) {
            text.append(" urg ").append(tcp.urgentPointer());
        }
        printOptions(offset + TcpFlyweight.HEADER_LENGTH, offset + tcp.headerLength(), ackBase);
    }

    private void printFlags(final int flags) {
        for (int i = 0; i < FLAG_LETTERS.length(); i++) {
            if ((flags >>> i & 1) != 0) {
                text.append(FLAG_LETTERS.charAt(i));
            }
        }
        if (flags == 0) {
            text.append('-');
        }
    }

    /** {@code first:last(length)}; SYN and FIN are not counted. */
    void printRange(final int seq, final int length) {
        text.append(Integer.toUnsignedString(seq)).append(':');
        text.append(Integer.toUnsignedString(seq + length))
                .append('(')
                .append(length)
                .append(')');
    }

    private void printOptions(final int from, final int end, final int ackBase) {
        final OptionCursor cursor = new OptionCursor();
        char separator = '<';
        int at = from;
        while (at < end) {
            if (separator == '<') {
                text.append(' ');
            }
            text.append(separator);
            separator = ',';
            final int kind = packet.getByte(at) & 0xff;
            if (kind == TcpOptionKind.NOP) {
                text.append("nop");
                at++;
            } else if (kind == TcpOptionKind.EOL) {
                text.append("eol");
                at = end;
            } else if (cursor.wrap(packet, at, end - at).next()) {
                printOption(cursor, ackBase);
                at = cursor.valueOffset() + cursor.valueLength();
            } else {
                text.append("malformed ").append(kind);
                at = end;
            }
        }
        text.append(separator == ',' ? ">" : "");
    }

    private void printOption(final OptionCursor option, final int ackBase) {
        final int at = option.valueOffset();
        final int length = option.valueLength();
        if (option.kind() == TcpOptionKind.MSS && length == 2) {
            text.append("mss ").append(packet.getShort(at, BIG_ENDIAN) & 0xffff);
        } else if (option.kind() == TcpOptionKind.WINDOW_SCALE && length == 1) {
            text.append("wscale ").append(packet.getByte(at) & 0xff);
        } else if (option.kind() == TcpOptionKind.SACK_PERMITTED && length == 0) {
            text.append("sackOK");
        } else if (option.kind() == TcpOptionKind.SACK && length % SACK_BLOCK_LENGTH == 0) {
            printSack(at, length, ackBase);
        } else if (option.kind() == TcpOptionKind.TIMESTAMPS && length == 8) {
            text.append("TS val ").append(unsigned(at)).append(" ecr ").append(unsigned(at + Integer.BYTES));
        } else {
            printHex(option.kind(), at, length);
        }
    }

    private void printSack(final int offset, final int length, final int ackBase) {
        text.append("sack");
        for (int at = offset; at < offset + length; at += SACK_BLOCK_LENGTH) {
            final int left = packet.getInt(at, BIG_ENDIAN) - ackBase;
            final int right = packet.getInt(at + Integer.BYTES, BIG_ENDIAN) - ackBase;
            text.append(' ').append(Integer.toUnsignedString(left));
            text.append(':').append(Integer.toUnsignedString(right));
        }
    }

    private void printHex(final int kind, final int offset, final int length) {
        switch (kind) {
            case TcpOptionKind.FAST_OPEN -> text.append("FO");
            case TcpOptionKind.MD5 -> text.append("md5");
            default -> text.append("kind ").append(kind);
        }
        text.append(length == 0 ? "" : " ");
        for (int i = 0; i < length; i++) {
            final int value = packet.getByte(offset + i) & 0xff;
            text.append(Character.forDigit(value >>> 4, 16)).append(Character.forDigit(value & 0xf, 16));
        }
    }

    private String unsigned(final int at) {
        return Integer.toUnsignedString(packet.getInt(at, BIG_ENDIAN));
    }
}
