package dev.culvert.tun.device;

import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Where one thread sleeps until others have something for it. A wake-up is cheap while nobody sleeps. */
final class Parking {
    private volatile Thread sleeper;

    /** Sleeps at most so long, unless it is ready by now; may return early. One thread. {@code Long.MAX_VALUE}: without limit. */
    void sleepUnless(final BooleanSupplier ready, final long timeoutNs) {
        sleeper = Thread.currentThread(); // a volatile write before the look: whoever wakes publishes first, then looks
        // at this
        if (!ready.getAsBoolean()) {
            if (timeoutNs == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, timeoutNs);
            }
        }
        sleeper = null;
    }

    /** Wakes the sleeper, if there is one, after what it is to find was published, in whatever way. Any thread. */
    void wake() {
        VarHandle.fullFence(); // what was published by an ordered store must be visible before the look
        final Thread thread = sleeper;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }
}
