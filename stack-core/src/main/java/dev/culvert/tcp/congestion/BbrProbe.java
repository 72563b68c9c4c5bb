package dev.culvert.tcp.congestion;

/**
 * When {@link Bbr} probes for bandwidth, and how fast the long-term bound grows while it does (§5.3.3). Section numbers and names
 * are those of draft-ietf-ccwg-bbr.
 */
final class BbrProbe {
    /** §5.3.3.5: after two to three seconds, or when Reno would have probed. */
    private static final long WAIT_NS = 2_000_000_000L;

    private static final long SPREAD_NS = 1_000_000_000L;
    /** A probe takes some round trips: where these are long, a second spreads nothing. */
    private static final int SPREAD_ROUND_TRIPS = 32;

    private static final int RENO_ROUNDS = 63;
    private static final int MOST_UP_ROUNDS = 30;
    private static final long GOLDEN_RATIO = 0x9E37_79B9_7F4A_7C15L;

    private final BbrModel model;
    private final BbrSample rs;
    private long cycleStampNs;
    private long waitNs;
    private int roundsSinceProbe;

    /** What is acknowledged from now on was sent by a probe, and so was what is found lost (BBR.bw_probe_samples). */
    private boolean samples;
    /** The probe is over; what it has sent is still being acknowledged (BBR.ack_phase is ACKS_PROBE_STOPPING). */
    private boolean stopping;

    private int upRounds;
    private long upAcks;
    /** BBR.probe_up_cnt: bytes to be acknowledged for each byte that the bound grows by. */
    private double upCount;

    BbrProbe(final BbrModel model) {
        this.model = model;
        rs = model.rs;
    }

    void open(final long nowNs) {
        cycleStampNs = nowNs;
        waitNs = 0;
        roundsSinceProbe = 0;
        samples = false;
        startRefill();
    }

    /**
     * BBRPickProbeWait: a cycle begins. Flows must not probe in step, for which the draft takes chance. A control is only told
     * facts, and has none: the time at which a flow gets here and the bytes that it has delivered until then, mixed by
     * multiplication, spread flows as well. The same facts give the same wait.
     */
    void pickWait(final long nowNs) {
        final long spread = (nowNs ^ rs.delivered * GOLDEN_RATIO) * GOLDEN_RATIO >>> 16;
        roundsSinceProbe = (int) (spread & 1);
        waitNs = WAIT_NS + (spread >>> 1) % Math.max(SPREAD_NS, SPREAD_ROUND_TRIPS * model.pathNs());
        cycleStampNs = nowNs;
    }

    /** A round trip has begun. */
    void onRound() {
        roundsSinceProbe++;
    }

    /** BBRIsTimeToProbeBW. */
    boolean isTime(final int cwnd, final int mss, final long nowNs) {
        return nowNs - cycleStampNs > waitNs
                || roundsSinceProbe >= Math.min(RENO_ROUNDS, model.targetInflight(cwnd) / mss);
    }

    /** The pipe is filled before more is tried: for a round trip. */
    void startRefill() {
        upRounds = 0;
        upAcks = 0;
        stopping = false;
        rs.startRound();
    }

    /** What is acknowledged from now on has filled the pipe. */
    void startUp(final int cwnd, final int mss) {
        samples = true;
        stopping = false;
        rs.startRound();
        raiseSlope(cwnd, mss);
    }

    /** Nothing more is sent to probe. */
    void stop() {
        stopping = true;
        rs.startRound();
    }

    /** Whether what the probe has sent is still being acknowledged. */
    boolean isStopping() {
        return stopping;
    }

    /** Whether with this ACK all is acknowledged that the last probe has sent; true once for each probe. */
    boolean takeEnd() {
        final boolean over = stopping && rs.roundStart;
        if (over) {
            stopping = false;
            samples = false;
        }
        return over;
    }

    /** Whether what is found lost now may have been sent by a probe to which no answer was given yet. */
    boolean hasSamples() {
        return samples;
    }

    void forgetSamples() {
        samples = false;
    }

    /** BBRRaiseInflightLongtermSlope: by a segment in the first round, by twice as much in each that follows. */
    private void raiseSlope(final int cwnd, final int mss) {
        upCount = Math.max(1, cwnd / ((double) mss * (1L << upRounds)));
        upRounds = Math.min(upRounds + 1, MOST_UP_ROUNDS);
    }

    /** BBRProbeInflightLongtermUpward, while the bound is what keeps the flow from having more in flight. */
    void raiseInflightLongterm(final int cwnd, final int mss) {
        upAcks += rs.newlyAcked;
        final long more = (long) (upAcks / upCount);
        upAcks -= (long) (more * upCount);
        model.raiseInflightLongterm(model.inflightLongterm() + more);
        if (rs.roundStart) {
            raiseSlope(cwnd, mss);
        }
    }
}
