package dev.culvert.endpoint.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.time.Instant;

/** What a {@link Site} has under a path. */
sealed interface Finding {
    /** Something that can be sent, whole or in part. */
    non-sealed interface Resource extends Finding {
        /** Its media type. */
        String contentType();

        /** Its length in bytes. */
        long length();

        /** When it was changed last, in whole seconds; null: not known. */
        Instant lastModified();

        /** Some of its bytes. */
        Body open(long from, long length) throws IOException;
    }

    /** It is somewhere else: a path, percent-encoded. */
    record Moved(String location) implements Finding {}

    /** There is nothing to send. */
    record Refused(HttpResponseStatus status) implements Finding {
        static final Refused NOT_FOUND = new Refused(HttpResponseStatus.NOT_FOUND);
        static final Refused FORBIDDEN = new Refused(HttpResponseStatus.FORBIDDEN);
        static final Refused OUT_OF_FILES = new Refused(HttpResponseStatus.SERVICE_UNAVAILABLE);
    }
}
