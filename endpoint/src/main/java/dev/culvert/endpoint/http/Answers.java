package dev.culvert.endpoint.http;

import static io.netty.handler.codec.http.HttpHeaderNames.ACCEPT_RANGES;
import static io.netty.handler.codec.http.HttpHeaderNames.ALLOW;
import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_LENGTH;
import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_RANGE;
import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_TYPE;
import static io.netty.handler.codec.http.HttpHeaderNames.IF_MODIFIED_SINCE;
import static io.netty.handler.codec.http.HttpHeaderNames.IF_NONE_MATCH;
import static io.netty.handler.codec.http.HttpHeaderNames.IF_RANGE;
import static io.netty.handler.codec.http.HttpHeaderNames.LAST_MODIFIED;
import static io.netty.handler.codec.http.HttpHeaderNames.LOCATION;
import static io.netty.handler.codec.http.HttpHeaderNames.RANGE;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;

/** From a request to its answer: what GET and HEAD mean for what a {@link Site} has (RFC 9110 §9.3, §13, §14). */
final class Answers {
    private static final String ALLOWED = "GET, HEAD, OPTIONS";

    private final Site site;

    Answers(final Site site) {
        this.site = site;
    }

    /** The answer to a request. */
    Answer to(final HttpRequest request) {
        final HttpResponseStatus objection = Objections.to(request);
        if (objection != null) {
            return Answer.line(objection, true).asLast();
        }
        final HttpMethod method = request.method();
        if (HttpMethod.OPTIONS.equals(method)) {
            return Answer.of(HttpResponseStatus.NO_CONTENT).with(ALLOW, ALLOWED);
        }
        final boolean get = HttpMethod.GET.equals(method);
        if (!get && !HttpMethod.HEAD.equals(method)) {
            return Answer.line(HttpResponseStatus.METHOD_NOT_ALLOWED, true).with(ALLOW, ALLOWED);
        }
        final String path = RequestPath.of(request.uri());
        if (path == null) {
            return Answer.line(HttpResponseStatus.BAD_REQUEST, get).asLast();
        }
        return to(request.headers(), site.find(path), get);
    }

    private static Answer to(final HttpHeaders asked, final Finding finding, final boolean get) {
        if (finding instanceof Finding.Refused refused) {
            return Answer.line(refused.status(), get);
        }
        if (finding instanceof Finding.Moved moved) {
            return Answer.line(HttpResponseStatus.MOVED_PERMANENTLY, get).with(LOCATION, moved.location());
        }
        final Finding.Resource resource = (Finding.Resource) finding;
        if (isUnchanged(asked, resource.lastModified())) {
            return Answer.of(HttpResponseStatus.NOT_MODIFIED)
                    .with(LAST_MODIFIED, HttpDates.format(resource.lastModified()));
        }
        return get ? content(asked, resource) : whole(resource);
    }

    private static boolean isUnchanged(final HttpHeaders asked, final Instant lastModified) {
        final String since = asked.get(IF_MODIFIED_SINCE);
        if (since == null || lastModified == null || asked.contains(IF_NONE_MATCH)) {
            return false;
        }
        final Instant instant = HttpDates.parse(since);
        return instant != null && !lastModified.isAfter(instant);
    }

    private static Answer content(final HttpHeaders asked, final Finding.Resource resource) {
        final ByteRange range = range(asked, resource);
        if (ByteRange.UNSATISFIABLE.equals(range)) {
            return Answer.line(HttpResponseStatus.REQUESTED_RANGE_NOT_SATISFIABLE, true)
                    .with(CONTENT_RANGE, range.contentRange(resource.length()));
        }
        try {
            if (range == null) {
                return whole(resource).with(resource.open(0, resource.length()));
            }
            return described(HttpResponseStatus.PARTIAL_CONTENT, resource, range.length())
                    .with(CONTENT_RANGE, range.contentRange(resource.length()))
                    .with(resource.open(range.from(), range.length()));
        } catch (final AccessDeniedException denied) {
            return Answer.line(HttpResponseStatus.FORBIDDEN, true);
        } catch (final NoSuchFileException gone) {
            return Answer.line(HttpResponseStatus.NOT_FOUND, true);
        } catch (final IOException noMoreFiles) {
            return Answer.line(HttpResponseStatus.SERVICE_UNAVAILABLE, true);
        }
    }

    private static Answer whole(final Finding.Resource resource) {
        return described(HttpResponseStatus.OK, resource, resource.length());
    }

    private static Answer described(
            final HttpResponseStatus status, final Finding.Resource resource, final long length) {
        final Answer answer = Answer.of(status)
                .with(CONTENT_TYPE, resource.contentType())
                .with(CONTENT_LENGTH, Long.toString(length))
                .with(ACCEPT_RANGES, "bytes");
        return resource.lastModified() == null
                ? answer
                : answer.with(LAST_MODIFIED, HttpDates.format(resource.lastModified()));
    }

    /** The range that counts; null: none. A condition that does not hold voids it (RFC 9110 §13.1.5). */
    private static ByteRange range(final HttpHeaders asked, final Finding.Resource resource) {
        final String field = asked.get(RANGE);
        if (field == null || resource.length() == 0) {
            return null;
        }
        final String condition = asked.get(IF_RANGE);
        if (condition != null) {
            final Instant instant = HttpDates.parse(condition);
            if (instant == null || !instant.equals(resource.lastModified())) {
                return null;
            }
        }
        return ByteRange.parse(field, resource.length());
    }
}
