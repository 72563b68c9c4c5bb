package dev.culvert.endpoint.http;

import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.Set;

/** What is wrong with a request, whatever it asks for (RFC 9110 §15.5, §15.6, RFC 9112 §3.2). */
final class Objections {
    private static final Set<HttpMethod> KNOWN = Set.of(
            HttpMethod.GET,
            HttpMethod.HEAD,
            HttpMethod.OPTIONS,
            HttpMethod.POST,
            HttpMethod.PUT,
            HttpMethod.PATCH,
            HttpMethod.DELETE,
            HttpMethod.TRACE,
            HttpMethod.CONNECT);

    private Objections() {}

    /** The status that refuses the request; null: it is well-formed. */
    static HttpResponseStatus to(final HttpRequest request) {
        final DecoderResult result = request.decoderResult();
        if (result.isFailure()) {
            return malformed(result.cause());
        }
        final HttpVersion version = request.protocolVersion();
        if (!"HTTP".equals(version.protocolName()) || version.majorVersion() != 1) {
            return HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED;
        }
        final boolean hostNeeded = version.minorVersion() > 0;
        if (hostNeeded && request.headers().getAll(HttpHeaderNames.HOST).size() != 1) {
            return HttpResponseStatus.BAD_REQUEST;
        }
        if (!KNOWN.contains(request.method())) {
            return HttpResponseStatus.NOT_IMPLEMENTED;
        }
        final String expectation = request.headers().get(HttpHeaderNames.EXPECT);
        return expectation == null || HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expectation)
                ? null
                : HttpResponseStatus.EXPECTATION_FAILED;
    }

    private static HttpResponseStatus malformed(final Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return HttpResponseStatus.REQUEST_URI_TOO_LONG;
        }
        return cause instanceof TooLongHttpHeaderException
                ? HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
                : HttpResponseStatus.BAD_REQUEST;
    }
}
