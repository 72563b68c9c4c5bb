package dev.culvert.tun.netns;

import dev.culvert.tun.device.DeviceException;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Starts processes from one thread that lives as long as they do. The parent-death signal (prctl(2), PR_SET_PDEATHSIG) comes
 * when the thread that started a child ends, not only when the whole program does; this thread has no other task than not to
 * end.
 */
final class ChildStarter implements AutoCloseable {
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        final Thread daemon = new Thread(task, "culvert-netns");
        daemon.setDaemon(true);
        return daemon;
    });

    /** Starts a process; a missing program is a {@link DeviceException}. */
    Process start(final ProcessBuilder builder) {
        try {
            return thread.submit(builder::start).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DeviceException(
                    "interrupted while starting " + builder.command().get(0));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw new DeviceException(
                        "cannot start " + builder.command().get(0) + " (" + reason(io) + ")",
                        "as root: apt-get install util-linux");
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** "Cannot run program "x": error=2, No such file or directory": what stands last is news. */
    private static String reason(final IOException e) {
        final String message = String.valueOf(e.getMessage());
        return message.substring(message.lastIndexOf(", ") + 1).strip();
    }

    /** Processes that still live are killed by the kernel. */
    @Override
    public void close() {
        thread.shutdown();
    }
}
