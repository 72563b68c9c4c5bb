package dev.culvert.endpoint;

import dev.culvert.endpoint.run.Signals;
import java.util.concurrent.atomic.AtomicBoolean;

/** Ctrl-C for commands that wait for a connection: the first one interrupts what waits, the second one ends the program. */
final class Interruption {
    /** What a shell says of a program that SIGINT ended: 128 plus its number. */
    static final int EXIT_CODE = 130;

    private Interruption() {}

    /** Signals interrupt the calling thread from now on. */
    static void ofThisThread() {
        final Thread thread = Thread.currentThread();
        final AtomicBoolean asked = new AtomicBoolean();
        Signals.handOver(event -> {
            if (asked.getAndSet(true)) {
                Runtime.getRuntime().halt(EXIT_CODE);
            }
            thread.interrupt();
        });
    }
}
