package dev.culvert.endpoint.http;

import dev.culvert.endpoint.service.ServiceSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;

/** One page that says what answers here and what to try next; for an endpoint that was given no directory. */
final class BuiltInSite implements Site {
    private final Page page;

    BuiltInSite(final List<String> addresses, final List<ServiceSpec> services, final Instant started) {
        page = Page.html(text(addresses, services), started.truncatedTo(ChronoUnit.SECONDS));
    }

    private static String text(final List<String> addresses, final List<ServiceSpec> services) {
        final String rows = services.stream()
                .map(spec -> "<tr><td>" + spec.kind().word() + "<td>" + spec.port())
                .collect(Collectors.joining("\n"));
        return """
                <!doctype html>
                <html lang="en">
                <meta charset="utf-8">
                <title>Culvert</title>
                <h1>It works</h1>
                <p>This page came over TCP as Culvert speaks it, in user space, from %s.
                <table>
                <tr><th>service<th>port
                %s
                </table>
                <p>To serve files: <code>./culvert serve http:80=DIRECTORY</code>
                </html>
                """.formatted(Page.escape(String.join(" and ", addresses)), rows);
    }

    @Override
    public Finding find(final String path) {
        return "/".equals(path) || "/index.html".equals(path) ? page : Finding.Refused.NOT_FOUND;
    }
}
