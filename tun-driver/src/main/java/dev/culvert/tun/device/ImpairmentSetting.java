package dev.culvert.tun.device;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads one {@code KEY=VALUE} of an impairment's text. */
final class ImpairmentSetting {
    private static final String KEYS = "loss, duplicate, reorder, corrupt, delay, jitter, rate, queue, seed";
    private static final Pattern QUANTITY = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)([a-z%]*)");
    private static final Map<String, Long> NANOSECONDS =
            Map.of("ns", 1L, "us", 1_000L, "ms", 1_000_000L, "s", 1_000_000_000L);
    private static final Map<String, Long> BITS_PER_SECOND =
            Map.of("bit", 1L, "kbit", 1_000L, "mbit", 1_000_000L, "gbit", 1_000_000_000L);

    private final String setting;
    private final String value;

    private ImpairmentSetting(final String setting, final String value) {
        this.setting = setting;
        this.value = value;
    }

    /** The impairment with this setting changed. */
    static Impairment apply(final String setting, final Impairment before) {
        final int equals = setting.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException("impairment '" + setting + "': write KEY=VALUE; keys are " + KEYS);
        }
        final ImpairmentSetting read = new ImpairmentSetting(
                setting, setting.substring(equals + 1).strip().toLowerCase(Locale.ROOT));
        return switch (setting.substring(0, equals).strip()) {
            case "loss" -> before.withLoss(read.share());
            case "duplicate" -> before.withDuplicate(read.share());
            case "reorder" -> before.withReorder(read.share());
            case "corrupt" -> before.withCorrupt(read.share());
            case "delay" -> before.withDelayNs(read.durationNs());
            case "jitter" -> before.withJitterNs(read.durationNs());
            case "rate" -> before.withRateBitsPerSecond(read.rate());
            case "queue" -> before.withQueuePackets((int) read.integer(1, 1_000_000));
            case "seed" -> before.withSeed(read.integer(Long.MIN_VALUE, Long.MAX_VALUE));
            default ->
                throw new IllegalArgumentException(
                        "impairment '" + setting + "': there is no such key; keys are " + KEYS);
        };
    }

    private IllegalArgumentException bad(final String right) {
        return new IllegalArgumentException("impairment '" + setting + "': write " + right);
    }

    /** {@code 2%} or {@code 0.02}. */
    private double share() {
        final Matcher quantity = QUANTITY.matcher(value);
        if (quantity.matches() && quantity.group(2).matches("%?")) {
            final double number = Double.parseDouble(quantity.group(1));
            final double share = quantity.group(2).isEmpty() ? number : number / 100;
            if (share <= 1) {
                return share;
            }
        }
        throw bad("a share from 0% to 100%, such as 2% or 0.02");
    }

    private long durationNs() {
        return scaled(NANOSECONDS, "a time such as 10ms; units are ns, us, ms, s");
    }

    private long rate() {
        return scaled(BITS_PER_SECOND, "a rate such as 100mbit; units are bit, kbit, mbit, gbit");
    }

    private long scaled(final Map<String, Long> units, final String right) {
        final Matcher quantity = QUANTITY.matcher(value);
        if (!quantity.matches() || !units.containsKey(quantity.group(2))) {
            throw bad(right);
        }
        final BigDecimal product =
                new BigDecimal(quantity.group(1)).multiply(BigDecimal.valueOf(units.get(quantity.group(2))));
        if (product.compareTo(BigDecimal.valueOf(3_600_000_000_000L)) > 0) {
            throw bad(right + "; at most one hour or 3600gbit");
        }
        return product.longValue();
    }

    private long integer(final long min, final long max) {
        try {
            final long number = Long.parseLong(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw bad("a whole number");
        }
        throw bad("a whole number from " + min + " to " + max);
    }
}
