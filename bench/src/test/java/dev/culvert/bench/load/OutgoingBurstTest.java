package dev.culvert.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TimeWaitReuse;
import org.junit.jupiter.api.Test;

class OutgoingBurstTest {
    private static final int PORTS = DrivenShard.EPHEMERAL_HIGH - DrivenShard.EPHEMERAL_LOW + 1;
    private static final int ATTEMPTS = 512 * OutgoingBurst.BATCH;
    private static final int PER_SECOND = 25_000;

    @Test
    void withoutReuseThePortsRunOut() {
        try (OutgoingBurst burst = burst(TimeWaitReuse.OFF, 1, 1)) {
            assertEquals(PORTS, burst.completed());
            assertEquals(PORTS, burst.mostWaiting());
            assertEquals(ATTEMPTS - PORTS, burst.refused());
        }
    }

    /** The first ports may be had again when the last have just gone: after 28,232 attempts, 1.13 s. */
    @Test
    void portsThatMayBeReusedAfterASecondSufficeForThePortsEverySecond() {
        try (OutgoingBurst burst = burst(TimeWaitReuse.ON, 1_000, 1)) {
            assertEquals(ATTEMPTS, burst.completed());
        }
    }

    @Test
    void otherServicesHaveAllPortsAgain() {
        try (OutgoingBurst burst = burst(TimeWaitReuse.OFF, 1, 2)) {
            assertEquals(ATTEMPTS, burst.completed());
            assertEquals(ATTEMPTS, burst.mostWaiting());
            assertTrue(burst.mostBytes() < 48L * ATTEMPTS + (1 << 20), () -> burst.mostBytes() + " bytes");
        }
    }

    private static OutgoingBurst burst(final TimeWaitReuse reuse, final int delayMs, final int services) {
        final TcpConfig tcp = TcpConfig.DEFAULT
                .with()
                .timeWaitReuse(reuse)
                .timeWaitReuseDelayMs(delayMs)
                .build();
        final OutgoingBurst burst = new OutgoingBurst(tcp, services, PER_SECOND);
        while (burst.attempts() < ATTEMPTS) {
            burst.batch();
        }
        burst.check();
        return burst;
    }
}
