package dev.culvert.kit.scenario;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads numbers with units, as {@code --impair} and {@code tc} write them. */
final class Quantity {
    private static final Pattern FORM = Pattern.compile("([0-9_]+(?:\\.[0-9]+)?) ?([a-zA-Z%]*)");
    private static final Map<String, Long> TIME = Map.of(
            "ns",
            1L,
            "us",
            1_000L,
            "ms",
            1_000_000L,
            "s",
            1_000_000_000L,
            "min",
            60_000_000_000L,
            "h",
            3_600_000_000_000L);
    private static final Map<String, Long> RATE =
            Map.of("bit", 1L, "kbit", 1_000L, "mbit", 1_000_000L, "gbit", 1_000_000_000L);
    private static final Map<String, Long> SIZE = Map.of(
            "",
            1L,
            "b",
            1L,
            "kb",
            1_000L,
            "mb",
            1_000_000L,
            "gb",
            1_000_000_000L,
            "kib",
            1L << 10,
            "mib",
            1L << 20,
            "gib",
            1L << 30);
    private static final Map<String, Long> NUMBER = Map.of("", 1L);
    private static final BigDecimal LARGEST_TIME = BigDecimal.valueOf(1_000L * 24 * 3_600_000_000_000L);
    private static final BigDecimal LARGEST = BigDecimal.valueOf(1L << 50);

    private Quantity() {}

    /** A time in ns, up to 1,000 days. */
    static long durationNs(final Item item) {
        final String right = "write a time such as 10ms; units are ns, us, ms, s, min, h";
        return item.text().equals("0") ? 0 : scaled(item, TIME, LARGEST_TIME, right);
    }

    /** A rate in bits per second. */
    static long rate(final Item item) {
        final String right = "write a rate such as 10mbit; units are bit, kbit, mbit, gbit";
        return item.text().equals("0") ? 0 : scaled(item, RATE, LARGEST, right);
    }

    /** A size in bytes. */
    static long bytes(final Item item) {
        return scaled(item, SIZE, LARGEST, "write a size such as 64kB; units are B, kB, MB, GB, KiB, MiB, GiB");
    }

    /** A size in bytes within bounds. */
    static int bytes(final Item item, final int least, final int most) {
        return (int) within(item, bytes(item), least, most);
    }

    /** A whole number within bounds. */
    static long whole(final Item item, final long least, final long most) {
        return within(item, scaled(item, NUMBER, LARGEST, "write a whole number"), least, most);
    }

    private static long within(final Item item, final long value, final long least, final long most) {
        if (value < least || value > most) {
            throw item.bad(value + " is outside " + least + " to " + most);
        }
        return value;
    }

    /** A share: {@code 2%} or {@code 0.02}. */
    static double share(final Item item) {
        final Matcher form = FORM.matcher(item.text());
        if (form.matches() && form.group(2).matches("%?")) {
            final double number = Double.parseDouble(form.group(1).replace("_", ""));
            final double share = form.group(2).isEmpty() ? number : number / 100;
            if (share <= 1) {
                return share;
            }
        }
        throw item.bad("write a share from 0% to 100%, such as 2% or 0.02, not '" + item.text() + "'");
    }

    /** Yes or no. */
    static boolean flag(final Item item) {
        return switch (item.text()) {
            case "true", "yes", "on" -> true;
            case "false", "no", "off" -> false;
            default -> throw item.bad("write true or false, not '" + item.text() + "'");
        };
    }

    private static long scaled(
            final Item item, final Map<String, Long> units, final BigDecimal most, final String right) {
        final Matcher form = FORM.matcher(item.text());
        final Long unit = form.matches() ? units.get(form.group(2).toLowerCase(Locale.ROOT)) : null;
        if (unit == null) {
            throw item.bad(right + ", not '" + item.text() + "'");
        }
        final BigDecimal value = new BigDecimal(form.group(1).replace("_", "")).multiply(BigDecimal.valueOf(unit));
        if (value.compareTo(most) > 0) {
            throw item.bad("'" + item.text() + "' is too much");
        }
        return value.setScale(0, RoundingMode.HALF_UP).longValueExact();
    }
}
