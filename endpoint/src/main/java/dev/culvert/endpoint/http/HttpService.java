package dev.culvert.endpoint.http;

import dev.culvert.endpoint.service.Reaper;
import dev.culvert.endpoint.service.ServiceSpec;
import dev.culvert.tun.Acceptor;
import dev.culvert.tun.Connection;
import dev.culvert.tun.ConnectionHandler;
import io.netty.handler.codec.http.HttpRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** An HTTP/1.1 server for GET and HEAD (RFC 9110, RFC 9112). All of it happens on one thread of the stack. */
public final class HttpService implements Acceptor {
    /** What the server calls itself. */
    static final String NAME = "culvert";

    private final Answers answers;
    private final SendBudget budget;
    private final Reaper reaper;
    private final Clock clock;
    private final Consumer<Supplier<String>> log;
    private long dateSecond = Long.MIN_VALUE;
    private String date;

    HttpService(
            final Site site,
            final SendBudget budget,
            final Reaper reaper,
            final Clock clock,
            final Consumer<Supplier<String>> log) {
        answers = new Answers(site);
        this.budget = budget;
        this.reaper = reaper;
        this.clock = clock;
        this.log = log;
    }

    /**
     * Serves the files below a directory.
     *
     * @param threads how many services like this one there are, one per thread of the stack: they share the memory
     * @param log is offered a line for each request
     * @throws IOException when the directory is not there
     */
    public static HttpService ofDirectory(
            final Path directory,
            final int threads,
            final Reaper reaper,
            final Clock clock,
            final Consumer<Supplier<String>> log)
            throws IOException {
        return new HttpService(new DirectorySite(directory), SendBudget.forThisJvm(threads), reaper, clock, log);
    }

    /** Serves one page that tells what answers at these addresses; {@code threads} as above. */
    public static HttpService ofBuiltInPage(
            final List<String> addresses,
            final List<ServiceSpec> services,
            final int threads,
            final Reaper reaper,
            final Clock clock,
            final Consumer<Supplier<String>> log) {
        final Site site = new BuiltInSite(addresses, services, clock.instant());
        return new HttpService(site, SendBudget.forThisJvm(threads), reaper, clock, log);
    }

    @Override
    public ConnectionHandler accept(final Connection connection) {
        return new HttpConnection(connection, this);
    }

    Answers answers() {
        return answers;
    }

    SendBudget budget() {
        return budget;
    }

    Reaper reaper() {
        return reaper;
    }

    /** The present time as a header field has it; made once a second. */
    String date() {
        final Instant now = clock.instant();
        if (now.getEpochSecond() != dateSecond) {
            dateSecond = now.getEpochSecond();
            date = HttpDates.format(now);
        }
        return date;
    }

    void log(final Connection connection, final HttpRequest request, final Answer answer) {
        log.accept(() -> connection.remoteAddress() + " http " + request.method() + " " + request.uri() + " "
                + answer.head().status().code());
    }
}
