package dev.culvert.tcp.congestion;

import dev.culvert.Allocation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No control allocates anything on the Java heap, whatever it is told. */
class ControlAllocationTest {
    private static final long MS = 1_000_000L;
    private static final RateSample SAMPLE = new RateSample();

    private static Iterable<String> controls() {
        return CongestionControls.builtIn();
    }

    @ParameterizedTest
    @MethodSource("controls")
    void aConnectionsWholeLifeAllocatesNothing(final String name) {
        final CongestionControl control = CongestionControls.create(name);
        final AckStream acks = new AckStream(control, 10);
        final DeliveryRate rate = new DeliveryRate();
        Allocation.assertNone(() -> live(control, acks, rate));
    }

    private static void live(final CongestionControl control, final AckStream acks, final DeliveryRate rate) {
        rate.open();
        rate.onFirstInFlight(acks.nowNs());
        control.onOpen(AckStream.MSS, 10 * AckStream.MSS, acks.nowNs());
        for (int i = 0; i < 20_000; i++) {
            final long now = acks.nowNs() + MS;
            SAMPLE.begin();
            rate.onDelivered(
                    SAMPLE,
                    AckStream.MSS,
                    now - 10 * MS,
                    rate.deliveredBytes() - 9_000,
                    now - 10 * MS,
                    now - 20 * MS,
                    false,
                    now);
            acks.at(now).rtt((10 + i % 7) * MS).ack(AckStream.MSS);
            acks.facts.inFlightAfterBytes = control.windowBytes() / 2;
            rate.endAck(SAMPLE, acks.facts, 10 * MS);
            control.onDelivery(acks.facts);
            happen(control, i, now);
        }
    }

    private static void happen(final CongestionControl control, final int i, final long nowNs) {
        switch (i % 2_500) {
            case 500 -> control.onLoss(control.windowBytes(), nowNs);
            case 510 -> control.onRecovered(control.windowBytes() / 2, nowNs);
            case 1_000 -> control.onTimeout(control.windowBytes(), true, nowNs);
            case 1_010 -> control.onUndo(nowNs);
            case 1_500 -> control.onIdle(nowNs);
            case 2_000 -> control.onCongestionMark(control.windowBytes(), nowNs);
            case 2_400 -> control.onUnvalidated(nowNs);
            default -> control.pacingBytesPerSecond();
        }
    }
}
