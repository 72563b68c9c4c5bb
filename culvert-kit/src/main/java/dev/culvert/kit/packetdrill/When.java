package dev.culvert.kit.packetdrill;

import java.util.Locale;

/** When an event happens, or must happen: µs since the start of the script, or since the event before. */
record When(Kind kind, long fromUs, long toUs) {
    enum Kind {
        ABSOLUTE,
        RELATIVE,
        ANY,
        ABSOLUTE_RANGE,
        RELATIVE_RANGE
    }

    boolean isRange() {
        return kind == Kind.ABSOLUTE_RANGE || kind == Kind.RELATIVE_RANGE;
    }

    boolean isRelative() {
        return kind == Kind.RELATIVE || kind == Kind.RELATIVE_RANGE;
    }

    /** The same in absolute time; {@code nowUs} is when the event before was over. */
    When anchored(final long nowUs) {
        final long offset = isRelative() || kind == Kind.ANY ? nowUs : 0;
        return new When(kind, fromUs + offset, toUs + offset);
    }

    /** Seconds with six digits at most. */
    static String seconds(final long us) {
        return String.format(Locale.ROOT, "%.6f", us / 1e6).replaceFirst("\\.?0+$", "");
    }
}
