package dev.culvert.wire;

import org.agrona.DirectBuffer;

/**
 * Walks the options of a TCP header (RFC 9293 §3.1), whatever bytes they hold: NOP is stepped over, EOL ends the walk,
 * unknown kinds are handed out like known ones (MUST-6 leaves ignoring them to the caller), and a length that is below two
 * or runs past the header ends it too (MUST-7, MUST-64). Reused; allocates nothing.
 */
public final class OptionCursor {
    private static final int KIND_AND_LENGTH = 2;

    private byte[] base;
    /** Address of the buffer's first byte. */
    private long origin;

    private int next;
    private int end;
    private int at;
    private int kind;
    private int optionLength;
    private boolean malformed;

    /**
     * Starts before the first option; the walk is good while the buffer stays where it is.
     *
     * @throws IndexOutOfBoundsException when the buffer is shorter
     */
    public OptionCursor wrap(final DirectBuffer options, final int offset, final int length) {
        options.boundsCheck(offset, length);
        base = options.byteArray();
        origin = options.addressOffset();
        next = offset;
        end = offset + length;
        malformed = false;
        return this;
    }

    /** Moves to the next option other than NOP; false when there is none. */
    public boolean next() {
        while (next < end) {
            kind = NetworkOrder.u8(base, origin + next);
            if (kind == TcpOptionKind.EOL) {
                next = end;
            } else if (kind == TcpOptionKind.NOP) {
                next++;
            } else {
                return take();
            }
        }
        return false;
    }

    private boolean take() {
        at = next;
        optionLength = end - at < KIND_AND_LENGTH ? 0 : NetworkOrder.u8(base, origin + at + 1);
        if (optionLength < KIND_AND_LENGTH || optionLength > end - at) {
            malformed = true;
            next = end;
            return false;
        }
        next = at + optionLength;
        return true;
    }

    /** Kind of the current option; see {@link TcpOptionKind}. */
    public int kind() {
        return kind;
    }

    /** Index in the buffer of the current option's value. */
    public int valueOffset() {
        return at + KIND_AND_LENGTH;
    }

    /** Length of the current option's value in bytes, 0 to 38: the option's length less two. */
    public int valueLength() {
        return optionLength - KIND_AND_LENGTH;
    }

    /** Whether the walk ended at an illegal length; options before it stay good. */
    public boolean malformed() {
        return malformed;
    }
}
