package dev.culvert.kit.posix;

import static dev.culvert.kit.posix.LinuxConstants.IPV6_RECVERR;
import static dev.culvert.kit.posix.LinuxConstants.IP_RECVERR;
import static dev.culvert.kit.posix.LinuxConstants.SOL_IP;
import static dev.culvert.kit.posix.LinuxConstants.SOL_IPV6;
import static dev.culvert.kit.posix.LinuxConstants.SO_EE_CODE_ZEROCOPY_COPIED;
import static dev.culvert.kit.posix.LinuxConstants.SO_EE_ORIGIN_ZEROCOPY;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Which writes with MSG_ZEROCOPY are over, as the error queue of the socket tells: writes are numbered from 0, and those that
 * have ended since the last look come as one range (Linux, {@code msg_zerocopy.rst}). The stack always copies, and says so.
 * Single-threaded.
 */
final class ZeroCopyNotices {
    private static final int HEADER = 16;
    private static final int EXTENDED_ERROR = 16;
    private static final int V4_OFFENDER = 16;
    private static final int V6_OFFENDER = 28;

    /** Where in the stream each write that is not known to be over ends. */
    private final Deque<Long> ends = new ArrayDeque<>();

    private int nextToReport;
    private int nextToAnnounce;

    /** A write has been taken; {@code end}: the bytes written so far. */
    void add(final long end) {
        ends.add(end);
    }

    /** Whether some write is over when so many bytes are acknowledged. */
    boolean isReadable(final long acknowledged) {
        return !ends.isEmpty() && ends.peek() <= acknowledged;
    }

    /** Whether writes have ended since the last call: the error queue has grown. */
    boolean announce(final long acknowledged) {
        int over = nextToReport;
        for (final long end : ends) {
            over += end <= acknowledged ? 1 : 0;
        }
        final boolean more = over > nextToAnnounce;
        nextToAnnounce = over;
        return more;
    }

    /** The control message {@code IP_RECVERR} or {@code IPV6_RECVERR} about all that are over; null: none are. */
    byte[] take(final long acknowledged, final boolean v6) {
        final int first = nextToReport;
        while (isReadable(acknowledged)) {
            ends.remove();
            nextToReport++;
        }
        return nextToReport == first ? null : message(first, nextToReport - 1, v6);
    }

    private static byte[] message(final int first, final int last, final boolean v6) {
        final int length = HEADER + EXTENDED_ERROR + (v6 ? V6_OFFENDER : V4_OFFENDER);
        final ByteBuffer bytes = ByteBuffer.allocate((length + 7) / 8 * 8).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(length).putInt(v6 ? SOL_IPV6 : SOL_IP).putInt(v6 ? IPV6_RECVERR : IP_RECVERR);
        bytes.putInt(0).put((byte) SO_EE_ORIGIN_ZEROCOPY).put((byte) 0).put((byte) SO_EE_CODE_ZEROCOPY_COPIED);
        return bytes.put((byte) 0).putInt(first).putInt(last).array();
    }
}
