package dev.culvert.endpoint.run;

import java.util.function.Consumer;
import jnr.constants.platform.Signal;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/**
 * The signals that ask the program to end. Handlers run on a thread of the JVM's own and replace its habit to exit.
 *
 * <p>They are installed through the JVM. A native handler that calls into Java would run on whatever thread the signal hits:
 * on one that has just been created it attaches itself to the JVM, which waits for a lock that the creator holds until the new
 * thread runs, and everything stands still.
 */
public final class Signals {
    private Signals() {}

    /** Hands SIGINT, SIGTERM and SIGHUP over from now on. */
    public static void handOver(final Consumer<Event> events) {
        handOver(Signal.SIGINT, () -> events.accept(Event.INTERRUPTED));
        handOver(Signal.SIGTERM, () -> events.accept(Event.TERMINATED));
        handOver(Signal.SIGHUP, () -> events.accept(Event.TERMINATED));
    }

    static void handOver(final Signal signal, final Runnable handler) {
        final POSIX jvm = POSIXFactory.getJavaPOSIX();
        jvm.signal(signal, number -> handler.run());
    }
}
