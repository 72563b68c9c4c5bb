package dev.culvert.endpoint.http;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.regex.Pattern;

/** The path in a request target (RFC 9112 §3.2). */
final class RequestPath {
    private static final Pattern ABSOLUTE = Pattern.compile("^https?://[^/?#]*", Pattern.CASE_INSENSITIVE);

    private RequestPath() {}

    /** The decoded path, which begins with a slash; null: the target has none or is malformed. */
    static String of(final String target) {
        final String origin = ABSOLUTE.matcher(target).replaceFirst("");
        final String rooted = origin.startsWith("/") || origin.length() == target.length() ? origin : "/" + origin;
        try {
            final String path = new QueryStringDecoder(rooted).path();
            return path.startsWith("/") && path.indexOf('\0') < 0 ? path : null;
        } catch (final IllegalArgumentException badEscape) {
            return null;
        }
    }
}
