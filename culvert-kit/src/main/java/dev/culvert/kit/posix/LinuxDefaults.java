package dev.culvert.kit.posix;

import dev.culvert.tcp.TcpConfig;

/** The configuration that equals Linux's sysctl defaults, rather than Culvert's own. */
public final class LinuxDefaults {
    private LinuxDefaults() {}

    /** What a connection starts from on a Linux that nobody has tuned. */
    public static TcpConfig tcp() {
        return TcpConfig.DEFAULT
                .with()
                .synRetries(6)
                .synAckRetries(5)
                .retries1(3)
                .retries2(15)
                .orphanRetries(8)
                .finWait2Ms(60_000)
                .minRtoMs(200)
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
