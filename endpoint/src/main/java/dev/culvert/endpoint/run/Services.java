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
import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The services of an endpoint, listening. They run on the stack's thread; a daemon thread reminds it of time limits. */
public final class Services {
    private Services() {}

    /** Opens them all on all addresses of the stack. */
    public static void open(final Endpoint endpoint, final List<ServiceSpec> specs) throws IOException {
        final CulvertStack stack = endpoint.stack();
        final Reaper reaper = new Reaper(System.nanoTime());
        for (final ServiceSpec spec : specs) {
            endpoint.name(spec.port(), spec.kind().word());
            stack.listen(spec.port(), acceptor(spec, specs, endpoint, reaper));
        }
        startLimits(stack, reaper);
    }

    /** Ends with the stack. */
    private static void startLimits(final CulvertStack stack, final Reaper reaper) {
        final Thread limits = new Thread(
                () -> {
                    while (!stack.isStopped()) {
                        LockSupport.parkNanos(Reaper.INTERVAL_NS);
                        stack.execute(() -> reaper.sweep(System.nanoTime()));
                    }
                },
                "culvert-limits");
        limits.setDaemon(true);
        limits.start();
    }

    private static Acceptor acceptor(
            final ServiceSpec spec, final List<ServiceSpec> all, final Endpoint endpoint, final Reaper reaper)
            throws IOException {
        final Clock clock = Clock.system(ZoneId.systemDefault());
        if (spec.kind() != ServiceKind.HTTP) {
            return SmallServices.of(spec.kind(), reaper, clock);
        }
        final Console console = endpoint.console();
        final Consumer<Supplier<String>> log = line -> console.say(Console.STATES, line);
        if (spec.directory().isPresent()) {
            return HttpService.ofDirectory(spec.directory().get(), reaper, clock, log);
        }
        final List<String> addresses =
                endpoint.stack().addresses().stream().map(IpAddress::toString).toList();
        return HttpService.ofBuiltInPage(addresses, all, reaper, clock, log);
    }
}
