package dev.culvert.endpoint.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The names in a directory as a page of links. */
final class DirectoryListing {
    /** More names are not listed: a page is made in memory, on the stack's thread. */
    static final int MAX_NAMES = 10_000;

    private static final String UNRESERVED = "-._~!$&'()*+,;=:@/"; // RFC 3986 §3.3, with the slash

    private DirectoryListing() {}

    /** A page for the directory that was asked for by this path. */
    static Page of(final Path directory, final String path) throws IOException {
        final List<String> names = names(directory);
        final StringBuilder html = new StringBuilder("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n");
        final String title = Page.escape(path);
        html.append("<title>")
                .append(title)
                .append("</title>\n<h1>")
                .append(title)
                .append("</h1>\n<ul>\n");
        if (!"/".equals(path)) {
            html.append("<li><a href=\"../\">../</a>\n");
        }
        for (final String name : names) {
            final String link = Page.escape("./" + encode(name)); // else a colon would make a scheme of it
            html.append("<li><a href=\"")
                    .append(link)
                    .append("\">")
                    .append(Page.escape(name))
                    .append("</a>\n");
        }
        html.append("</ul>\n");
        if (names.size() == MAX_NAMES) {
            html.append("<p>There are more; the first ").append(MAX_NAMES).append(" are shown.\n");
        }
        return Page.html(html.append("</html>\n").toString(), null);
    }

    private static List<String> names(final Path directory) throws IOException {
        final List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (final Path entry : entries) {
                if (names.size() == MAX_NAMES) {
                    break;
                }
                names.add(entry.getFileName() + (Files.isDirectory(entry) ? "/" : ""));
            }
        } catch (final DirectoryIteratorException failure) {
            throw failure.getCause();
        }
        Collections.sort(names);
        return names;
    }

    /** Percent-encodes everything that may not stand in the path of a URL. */
    static String encode(final String path) {
        final StringBuilder encoded = new StringBuilder();
        for (final byte b : path.getBytes(StandardCharsets.UTF_8)) {
            final char c = (char) (b & 0xff);
            final boolean plain = c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
            if (plain || UNRESERVED.indexOf(c) >= 0) {
                encoded.append(c);
            } else {
                encoded.append(String.format("%%%02X", b & 0xff));
            }
        }
        return encoded.toString();
    }
}
