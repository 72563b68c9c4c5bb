package dev.culvert.tcp.option;

import dev.culvert.wire.OptionCursor;
import dev.culvert.wire.TcpOptionKind;
import java.nio.ByteOrder;
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
    /** SACK-permitted (RFC 2018 §2). */
    public boolean sackPermitted;
    /** Whether there is a timestamps option. */
    public boolean hasTimestamps;
    /** TSval. */
    public int tsVal;
    /** TSecr. */
    public int tsEcr;
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
        if (length == ALIGNED_TIMESTAMPS_LENGTH && buffer.getInt(offset, ByteOrder.BIG_ENDIAN) == ALIGNED_TIMESTAMPS) {
            hasTimestamps = true;
            tsVal = buffer.getInt(offset + 4, ByteOrder.BIG_ENDIAN);
            tsEcr = buffer.getInt(offset + 8, ByteOrder.BIG_ENDIAN);
        } else if (length > 0) {
            cursor.wrap(buffer, offset, length);
            while (cursor.next()) {
                OptionCodecs.decode(cursor.kind(), buffer, cursor.valueOffset(), cursor.valueLength(), this);
            }
        }
    }

    private void clear() {
        mss = -1;
        windowShift = -1;
        sackPermitted = false;
        hasTimestamps = false;
        tsVal = 0;
        tsEcr = 0;
        userTimeoutMs = 0;
        sackBlocks = 0;
    }

    /** Whether an option of this kind was present and well formed. */
    public boolean has(final int kind) {
        return switch (kind) {
            case TcpOptionKind.MSS -> mss >= 0;
            case TcpOptionKind.WINDOW_SCALE -> windowShift >= 0;
            case TcpOptionKind.SACK_PERMITTED -> sackPermitted;
            case TcpOptionKind.TIMESTAMPS -> hasTimestamps;
            case TcpOptionKind.SACK -> sackBlocks > 0;
            case TcpOptionKind.USER_TIMEOUT -> userTimeoutMs > 0;
            default -> false;
        };
    }
}
