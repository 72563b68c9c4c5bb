package dev.culvert.endpoint.http;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** A file as it was when somebody asked for it. */
record FileResource(Path file, long length, FileTime changed) implements Finding.Resource {
    @Override
    public String contentType() {
        return ContentTypes.of(file.getFileName().toString());
    }

    @Override
    public Instant lastModified() {
        return changed.toInstant().truncatedTo(ChronoUnit.SECONDS);
    }

    @Override
    public Body open(final long from, final long count) throws IOException {
        return new FileBody(file, from, count);
    }
}
