package dev.culvert.kit.posix;

import dev.culvert.tcp.Ecn;
import dev.culvert.tcp.TcpConfig;

/** The configuration that equals Linux's sysctl defaults, rather than Culvert's own. */
public final class LinuxDefaults {
    static final int[] TCP_RMEM = {4_096, 131_072, 33_554_432};
    static final int[] TCP_WMEM = {4_096, 16_384, 4_194_304};
    static final int RMEM_MAX = 212_992;
    static final int WMEM_MAX = 212_992;

    private LinuxDefaults() {}

    /** What a connection starts from on a Linux that nobody has tuned. */
    public static TcpConfig tcp() {
        return TcpConfig.DEFAULT
                .with()
                .receiveBufferBytes(TCP_RMEM[1] / 2)
                .windowShift(SocketOptions.shiftFor(TCP_RMEM[2]))
                .sendBufferBytes(TCP_WMEM[2])
                .congestion("reno")
                .ecn(Ecn.ACCEPT)
                .synRetries(6)
                .synAckRetries(5)
                .retries1(3)
                .retries2(15)
                .orphanRetries(8)
                .finWait2Ms(60_000)
                .pushSegments(2)
                .synLinearTimeouts(4)
                .softErrorsEndOpening(true)
                .timestampsRequired(false)
                .lenientResets(true)
                .delayedAckMs(40)
                .minRtoMs(200)
                .initialRtoMs(1_000)
                .maxRtoMs(120_000)
                .keepAliveIdleMs(7_200_000)
                .keepAliveIntervalMs(75_000)
                .keepAliveProbes(9)
                .rfc1337(false)
                .mslMs(30_000)
                .invalidRateLimitMs(500)
                .build();
    }
}
