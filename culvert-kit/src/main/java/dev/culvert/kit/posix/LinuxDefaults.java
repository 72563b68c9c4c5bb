package dev.culvert.kit.posix;

import dev.culvert.tcp.MtuProbing;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpPreset;

/** The configuration that equals Linux's sysctl defaults, rather than Culvert's own. */
public final class LinuxDefaults {
    static final int[] TCP_RMEM = {4_096, 131_072, 33_554_432};
    static final int[] TCP_WMEM = {4_096, 16_384, 4_194_304};
    static final int RMEM_MAX = 212_992;
    static final int WMEM_MAX = 212_992;

    /** What {@code tcp_init_buffer_space()} makes of TCP_WMEM for segments of an Ethernet. */
    static final int FIRST_SEND_BYTES = 87_040;

    private LinuxDefaults() {}

    /** What a connection starts from on a Linux that nobody has tuned. */
    public static TcpConfig tcp() {
        return TcpPreset.LINUX
                .apply(TcpConfig.DEFAULT)
                .with()
                .receiveBufferBytes(TCP_RMEM[2] / 2)
                .receiveBufferStartBytes(TCP_RMEM[1] / 2)
                .windowShift(SocketOptions.shiftFor(TCP_RMEM[2]))
                .sendBufferBytes(TCP_WMEM[2])
                .sendBufferStartBytes(FIRST_SEND_BYTES)
                .congestion("cubic")
                .mtuProbing(MtuProbing.OFF)
                .build();
    }
}
