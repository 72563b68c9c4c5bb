package dev.culvert.kit.svg;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** One axis of a picture: values to pixels, and where its ticks stand. Immutable. */
public final class Axis {
    private static final int MOST_TICKS = 10;

    private final boolean log;
    private final double low;
    private final double high;
    private final int from;
    private final int to;

    /**
     * An axis on which all these values find a place, zero too unless it is logarithmic.
     *
     * @param from pixel of the lower end
     * @param to pixel of the upper end
     */
    public Axis(final double[] all, final boolean log, final int from, final int to) {
        this.log = log;
        this.from = from;
        this.to = to;
        final double[] values =
                Arrays.stream(all).filter(value -> !log || value > 0).sorted().toArray();
        final double least = values.length == 0 ? 1 : values[0];
        final double most = values.length == 0 ? 10 : values[values.length - 1];
        low = log ? Math.floor(Math.log10(least)) : Math.min(0, least);
        high = log ? Math.max(low + 1, Math.ceil(Math.log10(most))) : Math.max(most, low + 1e-9);
    }

    /** A linear axis between two values. */
    public Axis(final double low, final double high, final int from, final int to) {
        log = false;
        this.low = low;
        this.high = Math.max(high, low + 1e-9);
        this.from = from;
        this.to = to;
    }

    /** The pixel of a value. */
    public int at(final double value) {
        final double scaled = log ? value <= 0 ? low : Math.log10(value) : value;
        return (int) Math.round(from + (Math.max(scaled, low) - low) / (high - low) * (to - from));
    }

    /** Values that deserve a line, in rising order. */
    public List<Double> ticks() {
        final List<Double> ticks = new ArrayList<>();
        if (log) {
            for (double power = low; power <= high; power++) {
                ticks.add(Math.pow(10, power));
            }
            return ticks;
        }
        final double step = step();
        for (int i = 0; i <= MOST_TICKS && low + i * step <= high * 1.000_001; i++) {
            ticks.add(low + i * step);
        }
        return ticks;
    }

    /** 1, 2 or 5 times a power of ten. */
    private double step() {
        final double raw = (high - low) / 6;
        final double power = Math.pow(10, Math.floor(Math.log10(raw)));
        final double lead = raw / power;
        return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
    }

    /** A number as short as it may be. */
    public static String number(final double value) {
        if (value >= 1e9) {
            return plain(value / 1e9) + "G";
        }
        if (value >= 1e6) {
            return plain(value / 1e6) + "M";
        }
        return value >= 1e4 ? plain(value / 1e3) + "k" : plain(value);
    }

    private static String plain(final double value) {
        final String text = String.format(Locale.ROOT, value < 0.01 && value > 0 ? "%.1e" : "%.2f", value);
        return text.contains("e") ? text : text.replaceFirst("\\.?0+$", "");
    }
}
