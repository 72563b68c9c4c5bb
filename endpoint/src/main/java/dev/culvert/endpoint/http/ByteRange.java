package dev.culvert.endpoint.http;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a resource that a client asked for (RFC 9110 §14).
 *
 * @param from first byte, counted from 0
 * @param length bytes; 0: there are no such bytes
 */
record ByteRange(long from, long length) {
    /** There are no such bytes. */
    static final ByteRange UNSATISFIABLE = new ByteRange(0, 0);

    private static final Pattern SINGLE =
            Pattern.compile("bytes=\\s*([0-9]{0,18})-([0-9]{0,18})\\s*", Pattern.CASE_INSENSITIVE);

    /**
     * Reads a Range header field for a resource of so many bytes; null: to be ignored, as several ranges and anything
     * malformed may be (RFC 9110 §14.2).
     */
    static ByteRange parse(final String field, final long size) {
        final Matcher matcher = SINGLE.matcher(field);
        if (!matcher.matches() || matcher.group(1).isEmpty() && matcher.group(2).isEmpty()) {
            return null;
        }
        if (matcher.group(1).isEmpty()) {
            final long suffix = Math.min(Long.parseLong(matcher.group(2)), size);
            return suffix == 0 ? UNSATISFIABLE : new ByteRange(size - suffix, suffix);
        }
        final long first = Long.parseLong(matcher.group(1));
        final long last = matcher.group(2).isEmpty() ? Long.MAX_VALUE : Long.parseLong(matcher.group(2));
        if (last < first) {
            return null;
        }
        return first >= size ? UNSATISFIABLE : new ByteRange(first, Math.min(last, size - 1) - first + 1);
    }

    /** As a Content-Range header field has it. */
    String contentRange(final long size) {
        return length == 0 ? "bytes */" + size : "bytes " + from + "-" + (from + length - 1) + "/" + size;
    }
}
