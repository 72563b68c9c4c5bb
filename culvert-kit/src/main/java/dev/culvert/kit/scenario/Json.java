package dev.culvert.kit.scenario;

import java.util.Map;

/** Writes JSON (RFC 8259), one value after the other; commas come by themselves. */
final class Json {
    private final StringBuilder text = new StringBuilder();
    private boolean comma;

    /** Begins an object or a list. */
    Json open(final char bracket) {
        separate();
        text.append(bracket);
        comma = false;
        return this;
    }

    /** Ends an object or a list. */
    Json close(final char bracket) {
        text.append(bracket);
        comma = true;
        return this;
    }

    Json key(final String name) {
        separate();
        quote(name);
        text.append(':');
        comma = false;
        return this;
    }

    Json text(final String value) {
        separate();
        quote(value);
        return this;
    }

    Json number(final long value) {
        return raw(Long.toString(value));
    }

    /** A number as it stands. */
    Json raw(final String value) {
        separate();
        text.append(value);
        return this;
    }

    /** An object with numbers. */
    <K> Json counts(final Map<K, ? extends Number> counts) {
        open('{');
        counts.forEach((key, value) -> key(key.toString()).number(value.longValue()));
        return close('}');
    }

    /** Seconds with all nine digits of the ns. */
    static String seconds(final long ns) {
        return String.format(java.util.Locale.ROOT, "%d.%09d", ns / 1_000_000_000L, ns % 1_000_000_000L);
    }

    private void separate() {
        if (comma) {
            text.append(',');
        }
        comma = true;
    }

    private void quote(final String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            final char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ') {
                text.append(String.format(java.util.Locale.ROOT, "\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
