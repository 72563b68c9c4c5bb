package dev.culvert.endpoint.run;

import dev.culvert.endpoint.http.HttpService;
import dev.culvert.endpoint.service.Reaper;
import dev.culvert.endpoint.service.ServiceKind;
import dev.culvert.endpoint.service.ServiceSpec;
import dev.culvert.endpoint.service.SmallServices;
import dev.culvert.tun.Acceptor;
import dev.culvert.tun.CulvertStack;
import dev.culvert.wire.IpAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessMode;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The services of an endpoint, listening. They run on the stack's threads, each of which has services of its own, so that none
 * needs a lock; a daemon thread reminds them of time limits.
 */
public final class Services {
    private Services() {}

    /** Opens them all on all addresses of the stack. */
    public static void open(final Endpoint endpoint, final List<ServiceSpec> specs) throws IOException {
        final CulvertStack stack = endpoint.stack();
        final ThreadLocal<Reaper> reapers = ThreadLocal.withInitial(() -> new Reaper(System.nanoTime()));
        for (final ServiceSpec spec : specs) {
            endpoint.name(spec.port(), spec.kind().word());
            checkDirectory(spec);
            final ThreadLocal<Acceptor> acceptors =
                    ThreadLocal.withInitial(() -> acceptor(spec, specs, endpoint, reapers.get()));
            stack.listen(spec.port(), connection -> acceptors.get().accept(connection));
        }
        startLimits(stack, reapers);
    }

    /** Says so at once when it is not there. */
    private static void checkDirectory(final ServiceSpec spec) throws IOException {
        if (spec.directory().isPresent()) {
            final Path directory = spec.directory().get();
            directory.getFileSystem().provider().checkAccess(directory, AccessMode.READ);
        }
    }

    /** Ends with the stack. */
    private static void startLimits(final CulvertStack stack, final ThreadLocal<Reaper> reapers) {
        final Thread limits = new Thread(
                () -> {
                    while (!stack.isStopped()) {
                        LockSupport.parkNanos(Reaper.INTERVAL_NS);
                        stack.lanes()
                                .forEach(lane -> lane.commands()
                                        .offer(() -> reapers.get().sweep(System.nanoTime())));
                    }
                },
                "culvert-limits");
        limits.setDaemon(true);
        limits.start();
    }

    private static Acceptor acceptor(
            final ServiceSpec spec, final List<ServiceSpec> all, final Endpoint endpoint, final Reaper reaper) {
        final Clock clock = Clock.system(ZoneId.systemDefault());
        if (spec.kind() != ServiceKind.HTTP) {
            return SmallServices.of(spec.kind(), reaper, clock);
        }
        final Console console = endpoint.console();
        final int threads = endpoint.stack().lanes().size();
        final Consumer<Supplier<String>> log = line -> console.say(Console.STATES, line);
        if (spec.directory().isPresent()) {
            try {
                return HttpService.ofDirectory(spec.directory().get(), threads, reaper, clock, log);
            } catch (final IOException gone) {
                throw new UncheckedIOException(gone);
            }
        }
        final List<String> addresses =
                endpoint.stack().addresses().stream().map(IpAddress::toString).toList();
        return HttpService.ofBuiltInPage(addresses, all, threads, reaper, clock, log);
    }
}
