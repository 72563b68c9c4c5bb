package dev.culvert.endpoint.http;

import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

/**
 * What is sent for one request.
 *
 * @param head status line and header fields
 * @param body null: the head is all
 * @param last whether the connection ends with it
 */
record Answer(HttpResponse head, Body body, boolean last) {
    /** A head without content. */
    static Answer of(final HttpResponseStatus status) {
        final HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, status);
        if (status.code() != HttpResponseStatus.NOT_MODIFIED.code()
                && status.code() != HttpResponseStatus.NO_CONTENT.code()) {
            head.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
        }
        return new Answer(head, null, false);
    }

    /** A status with itself as a line of text, so that a person sees something. */
    static Answer line(final HttpResponseStatus status, final boolean withBody) {
        final Page page = Page.line(status.toString());
        return of(status)
                .with(HttpHeaderNames.CONTENT_TYPE, page.contentType())
                .with(HttpHeaderNames.CONTENT_LENGTH, Long.toString(page.length()))
                .with(withBody ? page.open(0, page.length()) : null);
    }

    /** With a header field. */
    Answer with(final CharSequence name, final String value) {
        head.headers().set(name, value);
        return this;
    }

    /** With content. */
    Answer with(final Body content) {
        return new Answer(head, content, last);
    }

    /** As the last one of its connection. */
    Answer asLast() {
        return new Answer(head, body, true);
    }
}
