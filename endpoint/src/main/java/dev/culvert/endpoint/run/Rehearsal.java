package dev.culvert.endpoint.run;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.culvert.endpoint.http.HttpService;
import dev.culvert.endpoint.service.Reaper;
import dev.culvert.endpoint.service.ServiceSpec;
import dev.culvert.tun.CulvertStack;
import dev.culvert.tun.TransportAddress;
import dev.culvert.tun.stream.CulvertSocket;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * Goes once through a whole connection in a stack that talks to itself, while the private network is still being made. The
 * first real connection then finds its classes loaded; without that its peer waits for half a second and retransmits.
 */
public final class Rehearsal {
    private static final String ADDRESS = "192.0.2.1";
    private static final Duration LIMIT = Duration.ofSeconds(3);

    private final Thread thread = new Thread(Rehearsal::perform, "culvert-rehearsal");

    private Rehearsal() {}

    /** Begins, on a thread of its own. */
    public static Rehearsal begin() {
        final Rehearsal rehearsal = new Rehearsal();
        rehearsal.thread.setDaemon(true);
        rehearsal.thread.start();
        return rehearsal;
    }

    /** Waits until it is over, but not long: nothing depends on it. */
    public void awaitEnd() throws InterruptedException {
        thread.join(LIMIT.toMillis());
    }

    private static void perform() {
        try (CulvertStack stack = CulvertStack.builder()
                .device(new Nowhere())
                .address(ADDRESS)
                .name("culvert-rehearsal-stack")
                .build()
                .start()) {
            final HttpService http = HttpService.ofBuiltInPage(
                    List.of(ADDRESS), ServiceSpec.ALL, 1, new Reaper(System.nanoTime()), Clock.systemUTC(), line -> {});
            final int port = stack.listen(0, http).port();
            try (CulvertSocket client = CulvertSocket.connect(stack, TransportAddress.of(ADDRESS, port), LIMIT)) {
                client.setReadTimeout(LIMIT);
                client.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
                client.getInputStream().readAllBytes();
            }
        } catch (final IOException | RuntimeException failure) {
            System.getLogger("dev.culvert").log(System.Logger.Level.DEBUG, "the rehearsal has failed", failure);
        }
    }
}
