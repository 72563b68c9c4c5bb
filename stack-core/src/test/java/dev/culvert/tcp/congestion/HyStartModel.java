package dev.culvert.tcp.congestion;

/** RFC 9406 §4.2 word by word, in ms and segments, for one segment per ACK. */
final class HyStartModel {
    double cwnd;
    boolean css;
    boolean avoidance;
    private double lastRoundMinRtt = Double.POSITIVE_INFINITY;
    private double currentRoundMinRtt = Double.POSITIVE_INFINITY;
    private double cssBaselineMinRtt = Double.POSITIVE_INFINITY;
    private int rttSampleCount;
    private int rounds;

    HyStartModel(final double cwnd) {
        this.cwnd = cwnd;
    }

    void ack(final double rtt, final boolean endsRound) {
        currentRoundMinRtt = Math.min(currentRoundMinRtt, rtt);
        rttSampleCount++;
        if (css) {
            if (rttSampleCount >= 8 && currentRoundMinRtt < cssBaselineMinRtt) {
                cssBaselineMinRtt = Double.POSITIVE_INFINITY;
                css = false;
            }
        } else if (rttSampleCount >= 8 && !Double.isInfinite(lastRoundMinRtt)) {
            final double thresh = Math.max(4, Math.min(lastRoundMinRtt / 8, 16));
            if (currentRoundMinRtt >= lastRoundMinRtt + thresh) {
                cssBaselineMinRtt = currentRoundMinRtt;
                css = true;
                rounds = 0;
            }
        }
        if (endsRound) {
            lastRoundMinRtt = currentRoundMinRtt;
            currentRoundMinRtt = Double.POSITIVE_INFINITY;
            rttSampleCount = 0;
            rounds += css ? 1 : 0;
            avoidance |= css && rounds == 5;
        }
        if (!avoidance) {
            cwnd += css ? 0.25 : 1;
        }
    }
}
