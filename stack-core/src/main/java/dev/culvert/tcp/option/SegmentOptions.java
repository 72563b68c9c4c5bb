package dev.culvert.tcp.option;

import dev.culvert.wire.NetworkOrder;
import dev.culvert.wire.OptionCursor;
import dev.culvert.wire.TcpOptionKind;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The options of one incoming segment, parsed once. One object per shard, filled anew for every segment. Fields are public
 * because every step of SEGMENT ARRIVES reads them.
 */
public final class SegmentOptions {
    /** SACK blocks that fit into a header (RFC 2018 §3). */
    public static final int MAX_SACK_BLOCKS = 4;

    /** Two NOPs and a timestamps option, as every segment but a SYN carries them (RFC 7323 appendix A). */
    private static final int ALIGNED_TIMESTAMPS = 0x0101080a;

    private static final int ALIGNED_TIMESTAMPS_LENGTH = 12;

    /** MSS in bytes; −1: the option is absent. */
    public int mss;
    /** Window scale shift, at most 14 (RFC 7323 §2.3); −1: absent. */
    public int windowShift;
    /** The shift was larger than 14. */
    public boolean windowShiftTooLarge;
    /** SACK-permitted (RFC 2018 §2). */
    public boolean sackPermitted;
    /** Whether there is a timestamps option. */
    public boolean hasTimestamps;
    /** TSval. */
    public int tsVal;
    /** TSecr. */
    public int tsEcr;
    /** TCP Fast Open (RFC 7413); looked at on SYN segments only. */
    public final FastOpenOption fastOpen = new FastOpenOption();
    /** User timeout in ms (RFC 5482 §2); 0: absent. */
    public int userTimeoutMs;
    /** Number of SACK blocks. */
    public int sackBlocks;
    /** Left edges of the SACK blocks. */
    public final int[] sackLeft = new int[MAX_SACK_BLOCKS];
    /** Right edges of the SACK blocks. */
    public final int[] sackRight = new int[MAX_SACK_BLOCKS];

    private final OptionCursor cursor = new OptionCursor();

    /** Reads the options between two offsets; unknown ones are skipped (RFC 9293 MUST-6), malformed ones end the list. */
    public void parse(final UnsafeBuffer buffer, final int offset, final int length) {
        clear();
        buffer.boundsCheck(offset, length);
        final byte[] base = buffer.byteArray();
        final long at = buffer.addressOffset() + offset;
        if (length == ALIGNED_TIMESTAMPS_LENGTH && NetworkOrder.i32(base, at) == ALIGNED_TIMESTAMPS) {
            hasTimestamps = true;
            tsVal = NetworkOrder.i32(base, at + 4);
            tsEcr = NetworkOrder.i32(base, at + 8);
        } else if (length > 0) {
            cursor.wrap(buffer, offset, length);
            while (cursor.next()) {
                final long value = buffer.addressOffset() + cursor.valueOffset();
                OptionCodecs.decode(cursor.kind(), base, value, cursor.valueLength(), this);
            }
        }
    }

    private void clear() {
        mss = -1;
        windowShift = -1;
        windowShiftTooLarge = false;
        sackPermitted = false;
        hasTimestamps = false;
        tsVal = 0;
        tsEcr = 0;
        userTimeoutMs = 0;
        sackBlocks = 0;
        if (fastOpen.length != FastOpenOption.ABSENT) {
            fastOpen.clear();
        }
    }

    /** Whether an option of this kind was present and well formed. */
    public boolean has(final int kind) {
        return switch (kind) {
            case TcpOptionKind.MSS -> mss >= 0;
            case TcpOptionKind.WINDOW_SCALE -> windowShift >= 0;
            case TcpOptionKind.SACK_PERMITTED -> sackPermitted;
            case TcpOptionKind.TIMESTAMPS -> hasTimestamps;
            case TcpOptionKind.SACK -> sackBlocks > 0;
            case TcpOptionKind.FAST_OPEN -> fastOpen.length != FastOpenOption.ABSENT;
            case TcpOptionKind.USER_TIMEOUT -> userTimeoutMs > 0;
            default -> false;
        };
    }
}
