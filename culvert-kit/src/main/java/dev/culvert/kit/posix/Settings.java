package dev.culvert.kit.posix;

import dev.culvert.tcp.TcpConfig;
import java.util.BitSet;

/**
 * What {@code sysctl} has set for the whole system: a {@link TcpConfig}, and what only the calls look at. Single-threaded.
 */
final class Settings {
    private static final int FAST_OPEN_CLIENT = 0x1;
    private static final int FAST_OPEN_SERVER = 0x2;
    private static final int FAST_OPEN_CLIENT_COOKIELESS = 0x4;
    private static final int FAST_OPEN_SERVER_COOKIELESS = 0x200;
    private static final int FAST_OPEN_EVERY_LISTENER = 0x400;
    private static final long UNSIGNED = 0xffffffffL;

    private TcpConfig tcp;
    private int[] receiveMemory = LinuxDefaults.TCP_RMEM.clone();
    private int[] sendMemory = LinuxDefaults.TCP_WMEM.clone();
    private int windowScale = 1;
    private boolean moderateReceive = true;
    int maxReceiveBuffer = LinuxDefaults.RMEM_MAX;
    int maxSendBuffer = LinuxDefaults.WMEM_MAX;
    int maxBacklog = LinuxConstants.SOMAXCONN;
    /** {@code tcp_fastopen}: bits {@code TFO_...} of Linux's {@code tcp.h}. */
    int fastOpen = FAST_OPEN_CLIENT;
    /** {@code tcp_fastopen_key}: two words for each key, first the one that makes cookies; empty: the stack's own. */
    long[] fastOpenKeys = {};

    int firstEphemeral = 32_768;
    BitSet reservedPorts = new BitSet();
    int lastEphemeral = 60_999;

    Settings() {
        tcp = LinuxDefaults.tcp();
        memoryChanged();
    }

    boolean isFastOpenClient() {
        return (fastOpen & FAST_OPEN_CLIENT) != 0;
    }

    boolean isFastOpenServer() {
        return (fastOpen & FAST_OPEN_SERVER) != 0;
    }

    boolean isClientCookieless() {
        return (fastOpen & FAST_OPEN_CLIENT_COOKIELESS) != 0;
    }

    boolean isServerCookieless() {
        return (fastOpen & FAST_OPEN_SERVER_COOKIELESS) != 0;
    }

    /** Whether {@code listen} is enough, without TCP_FASTOPEN. */
    boolean isFastOpenForEveryListener() {
        return isFastOpenServer() && (fastOpen & FAST_OPEN_EVERY_LISTENER) != 0;
    }

    /** What sockets start from. */
    TcpConfig tcp() {
        return tcp;
    }

    void tcp(final TcpConfig config) {
        tcp = config;
    }

    /** {@code tcp_rmem}: least, first and most bytes of a receive buffer. */
    void receiveMemory(final int[] values) {
        receiveMemory = values;
        memoryChanged();
    }

    /** {@code tcp_wmem}. */
    void sendMemory(final int[] values) {
        sendMemory = values;
        memoryChanged();
    }

    /** {@code tcp_adv_win_scale}: how much of the buffer is window. */
    void windowScale(final int value) {
        windowScale = value;
        memoryChanged();
    }

    /** {@code tcp_moderate_rcvbuf}: whether receive buffers grow. */
    void moderateReceive(final boolean value) {
        moderateReceive = value;
        memoryChanged();
    }

    int defaultReceiveBuffer() {
        return receiveMemory[1];
    }

    int defaultSendBuffer() {
        return sendMemory[1];
    }

    /** {@code tcp_win_from_space()}: the part of a buffer that can be offered as window. */
    int windowOf(final int buffer) {
        return windowScale <= 0 ? buffer >> -windowScale : buffer - (buffer >> windowScale);
    }

    void memoryChanged() {
        tcp = tcp.with()
                .receiveBufferBytes(Math.max(1_024, windowOf(receiveMemory[moderateReceive ? 2 : 1])))
                .receiveBufferStartBytes(Math.max(1_024, windowOf(receiveMemory[1])))
                .windowShift(SocketOptions.shiftFor(Math.max(receiveMemory[2], maxReceiveBuffer)))
                .sendBufferBytes(Math.max(4_096, sendMemory[2]))
                .sendBufferStartBytes(Math.max(LinuxDefaults.FIRST_SEND_BYTES, sendMemory[1]))
                .build();
    }

    /** A number of bytes that C keeps unsigned. */
    static int bytes(final long value) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, value & UNSIGNED));
    }
}
