package dev.culvert.bench.path;

import dev.culvert.kit.trace.FlowRecorder;
import dev.culvert.tcp.Probe;
import dev.culvert.tun.device.ImpairedDevice;
import dev.culvert.tun.device.PacketDevice;
import dev.culvert.tun.device.PcapngTap;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * How one connection went that sent for some seconds.
 *
 * @param mbit what the receiving application got, Mbit/s, the handshake and slow start included
 * @param retransmitted segments that the sender retransmitted
 * @param lost packets of the sender's that the path lost
 */
record Transfer(double mbit, long retransmitted, long lost) {
    private static final String CUBIC = "cubic";

    /** Which stack is at the far end. */
    enum Stack {
        CULVERT,
        KERNEL
    }

    /**
     * Makes the connection, in networks of its own.
     *
     * @param download the far end sends; else the near kernel does
     * @param recording what is kept of it
     */
    static Transfer measure(
            final PathCase path,
            final Stack stack,
            final boolean download,
            final long seed,
            final int seconds,
            final Recording recording)
            throws IOException {
        try (FlowRecorder recorder = recording.begin();
                KernelHost near = KernelHost.open(KernelHost.NEAR);
                FarEnd far = farEnd(near, stack, path, seed, download, recording.capture(), recorder);
                KernelFlow flow = near.connect()) {
            return run(flow, far, download, TimeUnit.SECONDS.toNanos(seconds));
        }
    }

    private static FarEnd farEnd(
            final KernelHost near,
            final Stack stack,
            final PathCase path,
            final long seed,
            final boolean download,
            final Path capture,
            final FlowRecorder recorder)
            throws IOException {
        final ImpairedDevice impaired = new ImpairedDevice(near.device(), path.plan(seed), System::nanoTime);
        final PacketDevice device = capture == null
                ? impaired
                : PcapngTap.open(impaired, capture, Transfer::epochNanos, System.err::println);
        return stack == Stack.CULVERT
                ? CulvertFarEnd.start(impaired, device, download, recorder == null ? Probe.NONE : recorder.probe())
                : KernelFarEnd.start(impaired, device, download);
    }

    private static long epochNanos() {
        final Instant now = Clock.systemUTC().instant();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    private static Transfer run(final KernelFlow flow, final FarEnd far, final boolean download, final long limitNs) {
        if (!flow.congestion().equals(CUBIC)) {
            throw new IllegalStateException("the kernel's congestion control is " + flow.congestion());
        }
        final long startNs = System.nanoTime();
        while (System.nanoTime() - startNs < limitNs) {
            if (download) {
                flow.take();
            } else {
                flow.send();
            }
        }
        final long bytes = download ? flow.received() : far.received();
        final double seconds = (System.nanoTime() - startNs) / 1e9;
        final long retransmitted = download ? far.retransmitted() : flow.retransmitted();
        return new Transfer(bytes * Byte.SIZE / 1e6 / seconds, retransmitted, far.lost(download));
    }
}
