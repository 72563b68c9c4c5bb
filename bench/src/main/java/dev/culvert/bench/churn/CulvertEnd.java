package dev.culvert.bench.churn;

import dev.culvert.tcp.TcpConfig;
import dev.culvert.tun.CulvertStack;
import dev.culvert.tun.device.DeviceException;
import dev.culvert.tun.netns.PrivateNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Culvert as one end of a comparison: a stack on its own thread in this process, on one processor. */
public final class CulvertEnd implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 5;

    private final CulvertStack stack;
    private final Thread thread;

    private CulvertEnd(final CulvertStack stack) throws IOException {
        this.stack = stack;
        stack.start();
        thread = stack.call(Thread::currentThread);
    }

    /** Starts it on the network's TUN interface and on that processor. */
    public static CulvertEnd start(final PrivateNetwork network, final TcpConfig tcp, final int processor)
            throws IOException {
        final CulvertEnd end = new CulvertEnd(CulvertStack.builder()
                .device(network.device())
                .address(ChurnNetwork.CULVERT)
                .tcp(tcp)
                .build());
        try {
            end.pin(processor);
            return end;
        } catch (final IOException | RuntimeException failed) {
            end.close();
            throw failed;
        }
    }

    private void pin(final int processor) throws IOException {
        final Path task =
                stack.call(() -> Path.of("/proc/thread-self").toRealPath().getFileName());
        final Process process = new ProcessBuilder(
                        "taskset", "--cpu-list", "--pid", Integer.toString(processor), task.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new DeviceException("taskset cannot keep the stack's thread on processor " + processor);
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DeviceException("interrupted");
        }
    }

    /** The stack. */
    public CulvertStack stack() {
        return stack;
    }

    /** What the stack's thread has used. */
    public Usage usage() {
        return Usage.of(thread);
    }

    @Override
    public void close() {
        stack.shutdown(Duration.ZERO);
    }
}
