package dev.culvert.endpoint.http;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;

/** Dates as RFC 9110 §5.6.7 wants them. */
final class HttpDates {
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private HttpDates() {}

    static String format(final Instant instant) {
        return FORMAT.format(instant);
    }

    /** The instant; null: not a date of this form, which makes a condition void (RFC 9110 §13.1.3). */
    static Instant parse(final String text) {
        try {
            return FORMAT.parse(text.strip(), Instant::from);
        } catch (final DateTimeParseException malformed) {
            return null;
        }
    }
}
