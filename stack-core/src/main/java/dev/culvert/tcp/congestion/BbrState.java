package dev.culvert.tcp.congestion;

/** The states of {@link Bbr} (draft-ietf-ccwg-bbr §5.3) with their gains (§5.6.1). */
enum BbrState {
    STARTUP(2.77, 2),
    DRAIN(0.5, 2),
    PROBE_BW_DOWN(0.9, 2),
    PROBE_BW_CRUISE(1, 2),
    PROBE_BW_REFILL(1, 2),
    PROBE_BW_UP(1.25, 2.25),
    PROBE_RTT(1, 0.5);

    final double pacingGain;
    final double cwndGain;

    BbrState(final double pacingGain, final double cwndGain) {
        this.pacingGain = pacingGain;
        this.cwndGain = cwndGain;
    }

    boolean isProbeBw() {
        return switch (this) {
            case PROBE_BW_DOWN, PROBE_BW_CRUISE, PROBE_BW_REFILL, PROBE_BW_UP -> true;
            case STARTUP, DRAIN, PROBE_RTT -> false;
        };
    }

    /** Whether it tries out how much the path bears. */
    boolean isProbing() {
        return switch (this) {
            case STARTUP, PROBE_BW_REFILL, PROBE_BW_UP -> true;
            case DRAIN, PROBE_BW_DOWN, PROBE_BW_CRUISE, PROBE_RTT -> false;
        };
    }
}
