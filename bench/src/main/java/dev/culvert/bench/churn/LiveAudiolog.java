package dev.culvert.bench.churn;

import dev.culvert.env.Errno;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TimeWaitReuse;
import dev.culvert.tun.Connection;
import dev.culvert.tun.ConnectionHandler;
import dev.culvert.tun.CulvertStack;
import dev.culvert.tun.StackStatistics;
import dev.culvert.tun.TransportAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The burst of outgoing connections from Culvert over TUN to one service of the kernel's. */
final class LiveAudiolog {
    private static final int PER_RUN_SECONDS = 100;
    private static final double MB = 1e6;
    private static final double US = 1_000;

    private final int connections;

    LiveAudiolog(final int connections) {
        this.connections = connections;
    }

    /** Plays it without reuse and with; prints a table and a {@code RESULT} line for each. */
    void run() throws IOException {
        System.out.printf(
                Locale.ROOT,
                "%,d attempts, %d side by side, from 28,232 ports to one service of the kernel's, which closes last.%n%n",
                connections,
                ChurnLoad.SIDE_BY_SIDE);
        System.out.printf(
                "%-18s %10s %10s %8s %14s %8s %9s %14s%n",
                "", "completed", "no port", "failed", "in TIME-WAIT", "MB", "conn/s", "our CPU µs");
        final StringBuilder results = new StringBuilder();
        play("no-reuse", TimeWaitReuse.OFF, results);
        play("reuse-after-1ms", TimeWaitReuse.ON, results);
        System.out.print(System.lineSeparator() + results);
    }

    private void play(final String name, final TimeWaitReuse reuse, final StringBuilder results) throws IOException {
        final Processors processors = Processors.ofThisProcess();
        final TcpConfig tcp = TcpConfig.DEFAULT.with().timeWaitReuse(reuse).build();
        try (ChurnNetwork network = ChurnNetwork.open(processors);
                CulvertEnd culvert = CulvertEnd.start(network.network(), tcp, processors.server());
                Child server = network.serverHere()) {
            final Usage before = culvert.usage();
            final long startNs = System.nanoTime();
            final Burst burst = new Burst(culvert.stack());
            burst.await();
            final double seconds = (System.nanoTime() - startNs) / 1e9;
            final Usage used = culvert.usage().since(before);
            final StackStatistics statistics = culvert.stack().statistics();
            report(name, burst, seconds, used.cpuNs() / US / Math.max(1, burst.completed), statistics, results);
            server.say("").answer();
        }
    }

    private static void report(
            final String name,
            final Burst burst,
            final double seconds,
            final double cpuUs,
            final StackStatistics statistics,
            final StringBuilder results) {
        System.out.printf(
                Locale.ROOT,
                "%-18s %,10d %,10d %,8d %,14d %8.1f %,9.0f %14.1f%n",
                name,
                burst.completed,
                burst.refused,
                burst.failed,
                statistics.timeWait(),
                statistics.memoryInUseBytes() / MB,
                burst.completed / seconds,
                cpuUs);
        results.append(String.format(
                Locale.ROOT,
                "RESULT benchmark=audiolog way=%s attempts=%d completed=%d noPort=%d failed=%d inTimeWait=%d bytes=%d"
                        + " perSecond=%.0f cpuUs=%.2f jdk=%s%n",
                name,
                burst.begun,
                burst.completed,
                burst.refused,
                burst.failed,
                statistics.timeWait(),
                statistics.memoryInUseBytes(),
                burst.completed / seconds,
                cpuUs,
                System.getProperty("java.version")));
    }

    /** Each connection that ends begins the next one, on the stack's thread; figures may be read once {@link #await} is over. */
    private final class Burst implements ConnectionHandler {
        private final CulvertStack stack;
        private final TransportAddress service = TransportAddress.of(ChurnNetwork.HOST, Exchange.CLIENT_CLOSES);
        private final ByteBuf request =
                Unpooled.unreleasableBuffer(Unpooled.directBuffer().writeBytes(Exchange.REQUEST));
        private final CountDownLatch over = new CountDownLatch(1);
        private int wanted = connections;
        private int ended;
        private int begun;
        private int completed;
        private int refused;
        private int failed;

        Burst(final CulvertStack stack) throws IOException {
            this.stack = stack;
            stack.call(() -> {
                for (int i = 0; i < ChurnLoad.SIDE_BY_SIDE; i++) {
                    next();
                }
                return null;
            });
        }

        void await() throws IOException {
            try {
                if (!over.await(PER_RUN_SECONDS, TimeUnit.SECONDS)) {
                    stack.call(() -> wanted = begun); // nothing follows; what is open counts as neither
                }
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }

        private void next() {
            if (begun < wanted) {
                begun++;
                stack.connect(service, this);
            } else if (ended == begun) {
                over.countDown();
            }
        }

        @Override
        public void onConnected(final Connection connection) {
            connection.write(request.duplicate());
        }

        @Override
        public void onReadable(final Connection connection) {
            final ByteBuf response = connection.read();
            connection.attach(response.readableBytes() == Exchange.RESPONSE.length ? this : null);
            response.release();
            connection.close();
        }

        @Override
        public void onClosed(final Connection connection, final int error) {
            ended++;
            if (error == Errno.EADDRNOTAVAIL) {
                refused++;
            } else if (error == 0 && connection.attachment() == this) {
                completed++;
            } else {
                failed++;
            }
            next();
        }
    }
}
