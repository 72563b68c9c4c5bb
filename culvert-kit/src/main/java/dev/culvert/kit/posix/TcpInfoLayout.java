package dev.culvert.kit.posix;

import static dev.culvert.kit.posix.LinuxConstants.*;

import dev.culvert.tcp.ConnectionInfo;
import dev.culvert.tcp.TcpState;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Linux's {@code struct tcp_info} (include/uapi/linux/tcp.h): one byte each for state, ca_state, retransmits, probes, backoff,
 * options, both window shifts and flags; then 32-bit and 64-bit fields at their natural places, times in microseconds unless
 * they say {@code last_}, which is milliseconds.
 */
final class TcpInfoLayout {
    private static final int LENGTH = 248;
    private static final int INITIAL_WINDOW = 10;
    private static final int DEFAULT_MSS = 536;
    private static final int DUP_THRESH = 3;
    private static final long UNLIMITED = -1;
    private static final long US = 1_000;
    private static final long MS = 1_000_000;

    private TcpInfoLayout() {}

    /** A listener says how many wait, and how many may. */
    static byte[] listener(final int waiting, final int backlog) {
        final byte[] value = new byte[LENGTH];
        over(value).put(0, (byte) TCP_LISTEN).putInt(24, waiting).putInt(28, backlog);
        return value;
    }

    /** A socket that has never been connected. */
    static byte[] unconnected(final Settings settings) {
        final byte[] value = new byte[LENGTH];
        final ByteBuffer out = over(value);
        out.put(0, (byte) TCP_CLOSE);
        beginning(out, settings);
        return value;
    }

    private static void beginning(final ByteBuffer out, final Settings settings) {
        out.putInt(8, settings.tcp().initialRtoMs() * 1_000);
        out.putInt(16, DEFAULT_MSS).putInt(20, DEFAULT_MSS);
        out.putInt(72, 250_000)
                .putInt(76, Integer.MAX_VALUE)
                .putInt(80, INITIAL_WINDOW)
                .putInt(88, DUP_THRESH);
        out.putLong(104, UNLIMITED).putLong(112, UNLIMITED);
        out.putInt(148, -1);
    }

    private static ByteBuffer over(final byte[] value) {
        return ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
    }

    static byte[] connection(final ConnectionInfo info, final TcpState state, final Settings settings) {
        final byte[] value = new byte[LENGTH];
        final ByteBuffer out = over(value);
        head(out, info, state);
        if (state == TcpState.SYN_SENT) {
            beginning(out, settings);
            out.putInt(8, (int) (info.rtoNs / US)).putInt(24, 1);
        } else {
            times(out, info);
            sending(out, info);
            receiving(out, info);
        }
        counts(out, info);
        return value;
    }

    private static void head(final ByteBuffer out, final ConnectionInfo info, final TcpState state) {
        int options = info.timestamps ? TCPI_OPT_TIMESTAMPS : 0;
        options |= info.sack ? TCPI_OPT_SACK : 0;
        options |= info.windowScaling ? TCPI_OPT_WSCALE : 0;
        options |= info.ecn ? TCPI_OPT_ECN : 0;
        options |= info.ectSeen ? TCPI_OPT_ECN_SEEN : 0;
        options |= info.counts.textWithSyn ? TCPI_OPT_SYN_DATA : 0;
        out.put(0, (byte) number(state));
        out.put(1, (byte) info.phase.ordinal());
        out.put(2, (byte) info.timeouts);
        out.put(3, (byte) info.keepAliveProbes);
        out.put(4, (byte) info.timeouts);
        out.put(5, (byte) options);
        out.put(6, (byte) (info.sendShift | info.receiveShift << 4));
    }

    private static void times(final ByteBuffer out, final ConnectionInfo info) {
        out.putInt(8, (int) (info.rtoNs / US)).putInt(12, (int) (info.delayedAckNs / US));
        out.putInt(44, (int) (info.sinceTextSentNs / MS));
        out.putInt(52, (int) (info.sinceTextReceivedNs / MS));
        out.putInt(56, (int) (info.sinceAckReceivedNs / MS));
        out.putInt(68, (int) (info.srttNs / US)).putInt(72, (int) (info.rttVarNs / US));
        out.putInt(148, info.minRttNs == Long.MAX_VALUE ? -1 : (int) (info.minRttNs / US));
    }

    private static void sending(final ByteBuffer out, final ConnectionInfo info) {
        final int mss = Math.max(1, info.sendMssBytes);
        out.putInt(16, info.sendMssBytes);
        out.putInt(24, info.inFlightSegments).putInt(28, info.sackedSegments);
        out.putInt(32, info.lostSegments).putInt(36, info.retransmittedSegments);
        out.putInt(60, info.pathMtuBytes);
        final int threshold = info.slowStartThresholdBytes;
        out.putInt(76, threshold == Integer.MAX_VALUE ? threshold : threshold / mss);
        out.putInt(80, Math.max(1, info.congestionWindowBytes / mss));
        out.putInt(84, info.advertisedMssBytes).putInt(88, DUP_THRESH);
        out.putLong(104, info.pacingBytesPerSecond == 0 ? UNLIMITED : info.pacingBytesPerSecond);
        out.putLong(112, UNLIMITED).putLong(160, info.deliveryRateBytesPerSecond);
        out.put(7, (byte) (info.deliveryRateAppLimited ? 1 : 0));
        out.putInt(144, info.notSentBytes).putInt(228, info.sendWindowBytes);
    }

    private static void receiving(final ByteBuffer out, final ConnectionInfo info) {
        out.putInt(20, info.receiveMssBytes);
        out.putInt(64, info.receiveWindowBytes).putInt(96, info.receiveSpaceBytes);
        out.putInt(232, info.receiveWindowBytes);
    }

    private static void counts(final ByteBuffer out, final ConnectionInfo info) {
        out.putInt(100, info.counts.retransmissions);
        out.putLong(120, info.counts.bytesAcknowledged).putLong(128, info.counts.bytesReceived);
        out.putInt(136, info.counts.segmentsOut).putInt(140, info.counts.segmentsIn);
        out.putInt(152, info.counts.dataSegmentsIn).putInt(156, info.counts.dataSegmentsOut);
        out.putInt(192, info.counts.delivered).putInt(196, info.counts.deliveredMarked);
        out.putLong(200, info.counts.bytesSent).putLong(208, info.counts.bytesRetransmitted);
        out.putInt(224, info.counts.outOfOrder);
    }

    /** The state as Linux numbers it. */
    static int number(final TcpState state) {
        return switch (state) {
            case ESTABLISHED -> TCP_ESTABLISHED;
            case SYN_SENT -> TCP_SYN_SENT;
            case SYN_RECEIVED -> TCP_SYN_RECV;
            case FIN_WAIT_1 -> TCP_FIN_WAIT1;
            case FIN_WAIT_2 -> TCP_FIN_WAIT2;
            case TIME_WAIT -> TCP_TIME_WAIT;
            case CLOSED -> TCP_CLOSE;
            case CLOSE_WAIT -> TCP_CLOSE_WAIT;
            case LAST_ACK -> TCP_LAST_ACK;
            case LISTEN -> TCP_LISTEN;
            case CLOSING -> TCP_CLOSING;
        };
    }
}
