package dev.culvert.endpoint.http;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** A text that is made here. */
final class Page implements Finding.Resource {
    private final String contentType;
    private final byte[] bytes;
    private final Instant lastModified;

    private Page(final String contentType, final String text, final Instant lastModified) {
        this.contentType = contentType + "; charset=utf-8";
        this.bytes = text.getBytes(StandardCharsets.UTF_8);
        this.lastModified = lastModified;
    }

    /** An HTML page. */
    static Page html(final String text, final Instant lastModified) {
        return new Page("text/html", text, lastModified);
    }

    /** One line of plain text. */
    static Page line(final String text) {
        return new Page("text/plain", text + "\n", null);
    }

    /** Text for HTML. */
    static String escape(final String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    @Override
    public String contentType() {
        return contentType;
    }

    @Override
    public Instant lastModified() {
        return lastModified;
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
