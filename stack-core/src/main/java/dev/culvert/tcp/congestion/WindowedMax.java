package dev.culvert.tcp.congestion;

/**
 * The largest of the samples of a sliding window, in constant space: the best three of successive parts of the window are kept,
 * so that there is a successor when the best one is too old (K. Nichols' filter, as in Linux's {@code lib/win_minmax.c}).
 */
final class WindowedMax {
    private final long[] value = new long[3];
    private final long[] time = new long[3];

    /** Forgets everything. */
    void reset() {
        for (int i = 0; i < value.length; i++) {
            value[i] = 0;
            time[i] = 0;
        }
    }

    /** The largest sample of the window; 0: none. */
    long max() {
        return value[0];
    }

    /** A sample at a time that never runs backwards; the window is as long as {@code window} of the same unit. */
    void add(final long sample, final long now, final long window) {
        if (sample >= value[0] || now - time[2] > window) { // the best there is, or nothing is left
            set(0, sample, now);
            return;
        }
        if (sample >= value[1]) {
            set(1, sample, now);
        } else if (sample >= value[2]) {
            set(2, sample, now);
        }
        age(sample, now, window);
    }

    private void age(final long sample, final long now, final long window) {
        final long age = now - time[0];
        if (age > window) { // the best is too old: the others move up
            shift();
            set(2, sample, now);
            if (now - time[0] > window) {
                shift();
                set(2, sample, now);
            }
        } else if (time[1] == time[0] && age > window / 4) { // a second choice from the second quarter
            set(1, sample, now);
        } else if (time[2] == time[1] && age > window / 2) { // a third one from the second half
            set(2, sample, now);
        }
    }

    private void shift() {
        value[0] = value[1];
        time[0] = time[1];
        value[1] = value[2];
        time[1] = time[2];
    }

    /** The places from this one on hold this sample. */
    private void set(final int from, final long sample, final long now) {
        for (int i = from; i < value.length; i++) {
            value[i] = sample;
            time[i] = now;
        }
    }
}
