package dev.culvert.endpoint.run;

import java.util.function.Consumer;
import jnr.constants.platform.Signal;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/** The signals that ask the program to end. Handlers run on a thread of the JVM's own and replace its habit to exit. */
public final class Signals {
    private Signals() {}

    /** Hands SIGINT, SIGTERM and SIGHUP over from now on. */
    public static void handOver(final Consumer<Event> events) {
        final POSIX posix = POSIXFactory.getPOSIX();
        posix.signal(Signal.SIGINT, number -> events.accept(Event.INTERRUPTED));
        posix.signal(Signal.SIGTERM, number -> events.accept(Event.TERMINATED));
        posix.signal(Signal.SIGHUP, number -> events.accept(Event.TERMINATED));
    }
}
