package dev.culvert.endpoint.http;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** A text that is made here. */
record Page(String contentType, byte[] bytes, Instant lastModified) implements Finding.Resource {
    /** An HTML page. */
    static Page html(final String text, final Instant lastModified) {
        return new Page("text/html; charset=utf-8", text.getBytes(StandardCharsets.UTF_8), lastModified);
    }

    /** One line of plain text. */
    static Page line(final String text) {
        return new Page("text/plain; charset=utf-8", (text + "\n").getBytes(StandardCharsets.UTF_8), null);
    }

    /** Text for HTML. */
    static String escape(final String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }

    @Override
    public long length() {
        return bytes.length;
    }

    @Override
    public Body open(final long from, final long length) {
        return new BytesBody(bytes, from, length);
    }
}
