package dev.culvert.tun;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes of memory as people write them: {@code 64M} is 64 MiB; K, M, G and T are powers of 1,024. */
public final class ByteSize {
    private static final Pattern FORM = Pattern.compile("(\\d{1,12})([kKmMgGtT]?)");
    private static final String UNITS = "KMGT";
    private static final int UNIT_BITS = 10;

    private ByteSize() {}

    /**
     * Reads a size, in bytes where there is no unit.
     *
     * @throws IllegalArgumentException when it is none; the message says what one looks like
     */
    public static long parse(final String text) {
        final Matcher form = FORM.matcher(text);
        if (form.matches()) {
            final int shift = form.group(2).isEmpty()
                    ? 0
                    : (UNITS.indexOf(form.group(2).toUpperCase(Locale.ROOT)) + 1) * UNIT_BITS;
            final long number = Long.parseLong(form.group(1));
            if (number <= Long.MAX_VALUE >> shift) {
                return number << shift;
            }
        }
        throw new IllegalArgumentException("'" + text + "' is not a size such as 512M or 2G");
    }

    /** As {@link #parse} reads it, with the largest unit that loses nothing. */
    public static String text(final long bytes) {
        long left = bytes;
        int unit = 0;
        while (left > 0 && left % (1 << UNIT_BITS) == 0 && unit < UNITS.length()) {
            left >>= UNIT_BITS;
            unit++;
        }
        return unit == 0 ? Long.toString(left) : left + UNITS.substring(unit - 1, unit);
    }
}
