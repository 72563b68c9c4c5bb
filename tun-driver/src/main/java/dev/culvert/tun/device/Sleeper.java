package dev.culvert.tun.device;

import dev.culvert.shim.LibC;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Waits for a descriptor to become readable, for {@link #wakeUp} or for the time to pass (ppoll(2), eventfd(2)). One thread
 * sleeps; any thread wakes.
 */
final class Sleeper {
    private static final int POLLFD = 8;
    private static final int EVENTS = 4;
    private static final int REVENTS = 6;
    private static final int TIMESPEC = 2 * POLLFD;
    private static final int SCRATCH = TIMESPEC + 2 * Long.BYTES;

    /** Two of struct pollfd, a struct timespec and the eight bytes that an eventfd wants or gives. */
    private final UnsafeBuffer memory = new UnsafeBuffer(BufferUtil.allocateDirectAligned(64, Long.BYTES));

    private final UnsafeBuffer one = new UnsafeBuffer(BufferUtil.allocateDirectAligned(Long.BYTES, Long.BYTES));
    private final AtomicBoolean pending = new AtomicBoolean();
    private final Object eventfdLock = new Object();
    private int eventfd;

    Sleeper(final int descriptor) {
        eventfd = LibC.eventfd(0, LibC.O_NONBLOCK | LibC.O_CLOEXEC);
        if (eventfd < 0) {
            throw new DeviceException("cannot make an eventfd: " + LibC.errorText(eventfd), "raise ulimit -n");
        }
        one.putLong(0, 1);
        memory.putInt(0, descriptor);
        memory.putShort(EVENTS, LibC.POLLIN);
        memory.putInt(POLLFD, eventfd);
        memory.putShort(POLLFD + EVENTS, LibC.POLLIN);
    }

    /** Never again looks at the descriptor; ppoll skips negative ones. */
    void forgetDescriptor() {
        memory.putInt(0, -1);
    }

    /** True when the descriptor is readable or in error, or somebody has called {@link #wakeUp}. */
    boolean await(final long timeoutNs) {
        final boolean woken = pending.get();
        final int ready = LibC.ppoll(memory.addressOffset(), 2, timespec(woken ? 0 : timeoutNs));
        if (ready > 0 && memory.getShort(POLLFD + REVENTS) != 0) {
            LibC.read(eventfd, memory.addressOffset() + SCRATCH, Long.BYTES);
            // An exchange, not a plain store: whoever set it before has published what we are to look at.
            pending.getAndSet(false);
        }
        return ready > 0 || woken;
    }

    private long timespec(final long timeoutNs) {
        if (timeoutNs == Long.MAX_VALUE) {
            return 0;
        }
        final long timeout = Math.max(0, timeoutNs);
        memory.putLong(TIMESPEC, timeout / TimeUnit.SECONDS.toNanos(1));
        memory.putLong(TIMESPEC + Long.BYTES, timeout % TimeUnit.SECONDS.toNanos(1));
        return memory.addressOffset() + TIMESPEC;
    }

    /** Any thread. Costs a system call only for the first after a sleep. */
    void wakeUp() {
        if (!pending.getAndSet(true)) {
            synchronized (eventfdLock) { // against close: the number may belong to another file by then
                if (eventfd >= 0) {
                    LibC.write(eventfd, one.addressOffset(), Long.BYTES);
                }
            }
        }
    }

    void close() {
        synchronized (eventfdLock) {
            LibC.close(eventfd);
            eventfd = -1;
        }
    }
}
