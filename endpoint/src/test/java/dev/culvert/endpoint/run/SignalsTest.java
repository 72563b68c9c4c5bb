package dev.culvert.endpoint.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import jnr.constants.platform.Signal;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;
import org.junit.jupiter.api.Test;

class SignalsTest {
    /** Linux's URG does nothing unless somebody asks for it. */
    private static final Signal HARMLESS = Signal.SIGURG;

    @Test
    void aHandlerRunsOnAThreadOfTheJvmAndNotOnTheOneThatTheSignalHits() throws InterruptedException {
        final BlockingQueue<String> threads = new ArrayBlockingQueue<>(1);
        Signals.handOver(HARMLESS, () -> threads.offer(Thread.currentThread().getName()));
        final POSIX posix = POSIXFactory.getPOSIX();

        posix.kill(posix.getpid(), HARMLESS.intValue());

        assertEquals("SIGURG handler", threads.poll(60, TimeUnit.SECONDS));
    }
}
