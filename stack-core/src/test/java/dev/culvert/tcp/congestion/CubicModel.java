package dev.culvert.tcp.congestion;

/** RFC 9438 word by word, in segments and seconds, as a yardstick: congestion avoidance, a congestion event, a timeout. */
final class CubicModel {
    private static final double C = 0.4;
    private static final double BETA = 0.7;

    double cwnd;
    double ssthresh = Double.POSITIVE_INFINITY;
    private double wMax;
    private double cwndPrior;
    private double wEst;
    private double k;
    private double epochStart = Double.NaN;
    private boolean stageAfterLoss;

    CubicModel(final double cwnd) {
        this.cwnd = cwnd;
    }

    /** §4.6 and §4.7. */
    void loss(final double flightSize) {
        wMax = cwnd < wMax ? cwnd * ((1 + BETA) / 2) : cwnd;
        cwndPrior = cwnd;
        ssthresh = Math.max(flightSize * BETA, 2);
        cwnd = ssthresh;
        epochStart = Double.NaN;
        stageAfterLoss = true;
    }

    /** §4.8. */
    void timeout(final double flightSize) {
        loss(flightSize);
        cwnd = 1;
        stageAfterLoss = false;
    }

    /** One segment is acknowledged. */
    void ack(final double now, final double rtt) {
        if (cwnd < ssthresh) {
            cwnd = Math.min(cwnd + 1, ssthresh);
            return;
        }
        if (Double.isNaN(epochStart)) {
            epochStart = now;
            wEst = cwnd; // §4.3: W_est begins with cwnd_epoch
            if (stageAfterLoss && cwnd < wMax) {
                k = Math.cbrt((wMax - cwnd) / C); // figure 2
            } else {
                k = 0;
                wMax = cwnd;
            }
            if (!stageAfterLoss) {
                cwndPrior = cwnd;
            }
        }
        final double t = now - epochStart;
        final double alpha = wEst >= cwndPrior ? 1 : 3 * (1 - BETA) / (1 + BETA);
        wEst += alpha / cwnd; // figure 4
        if (wCubic(t) < wEst) {
            cwnd = Math.max(cwnd, wEst);
            return;
        }
        final double ahead = wCubic(t + rtt);
        final double target = ahead < cwnd ? cwnd : ahead > 1.5 * cwnd ? 1.5 * cwnd : ahead; // figure 3
        cwnd += (target - cwnd) / cwnd;
    }

    private double wCubic(final double t) {
        return C * Math.pow(t - k, 3) + wMax; // figure 1
    }
}
