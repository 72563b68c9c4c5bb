package dev.culvert.endpoint.kernel;

import dev.culvert.kit.script.VirtualStack;
import dev.culvert.tun.device.DeviceException;
import dev.culvert.tun.device.InterfaceAddress;
import dev.culvert.tun.device.TunDevice;
import dev.culvert.tun.device.TunOptions;
import dev.culvert.tun.netns.PrivateNetwork;
import dev.culvert.wire.IpAddress;
import dev.culvert.wire.OutboundPacket;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A private network whose kernel end has the local address of a script and routes everything else into the TUN interface. A
 * thread notes every packet that the kernel sends, with the time. Other methods belong to one thread.
 */
final class KernelNetwork implements AutoCloseable {
    private static final int ICMP_V6 = 58;
    private static final int HOP_BY_HOP = 0;
    private static final long PATIENCE_NS = 100_000_000;
    /** Keeps the kernel from talking by itself and from remembering earlier connections; buffers as Linux has them by default. */
    private static final Map<String, String> QUIET = Map.of(
            "net.ipv6.conf.all.router_solicitations", "0",
            "net.ipv4.tcp_no_metrics_save", "1",
            "net.ipv4.tcp_congestion_control", "reno", // this machine's own may be any; scripts that care say which
            "net.ipv4.tcp_rmem", "4096 131072 33554432",
            "net.ipv4.tcp_wmem", "4096 16384 4194304");

    /** Nobody else could have the address, but the kernel says so a moment later, and until then refuses to bind to it. */
    private static final String NOT_TENTATIVE =
            "n=0; while [ -n \"$(ip -6 address show tentative)\" ] && [ $n -lt 100 ]; do n=$((n+1)); sleep 0.01; done";

    private final PrivateNetwork network;
    private final TunDevice device;
    private final OutboundPacket outbound = new OutboundPacket();
    private final UnsafeBuffer text =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(OutboundPacket.MAX_LENGTH, Long.BYTES));
    private final ConcurrentLinkedQueue<VirtualStack.Sent> sent = new ConcurrentLinkedQueue<>();
    private final Thread reader;
    private volatile boolean closed;

    KernelNetwork(final IpAddress local, final int mtu) {
        final InterfaceAddress address = new InterfaceAddress(local, local.isV4() ? 24 : 64);
        network = PrivateNetwork.open(TunOptions.DEFAULT
                .withOffload(false) // scripts see packets as on a wire
                .withMtu(mtu)
                .withHostAddresses(List.of(address))
                .withStackAddresses(List.of()));
        device = network.device();
        run(List.of("ip", local.isV4() ? "-4" : "-6", "route", "add", "default", "dev", TunOptions.DEFAULT.name()));
        if (!local.isV4()) {
            run(List.of("sh", "-c", NOT_TENTATIVE));
        }
        QUIET.forEach(this::sysctl);
        reader = new Thread(this::read, "culvert-kernel-packets");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        while (!closed) {
            device.await(PATIENCE_NS);
            if (!closed) {
                device.receive((buffer, offset, length, metadata) -> note(buffer, offset, length), 64);
            }
        }
    }

    private void note(final UnsafeBuffer buffer, final int offset, final int length) {
        final long nowNs = System.nanoTime();
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        if (!isNeighbourTalk(bytes)) {
            sent.add(new VirtualStack.Sent(nowNs, bytes));
        }
    }

    /** Multicast reports, solicitations and the like: an IPv6 host's talk with its link, which no script is about. */
    private static boolean isNeighbourTalk(final byte[] packet) {
        final boolean v6 = packet[0] >>> 4 == 6;
        return v6 && (packet[6] == HOP_BY_HOP || packet[6] == ICMP_V6 && (packet[40] & 0xff) >= 130);
    }

    /** Lets a packet arrive in the kernel. */
    void inject(final byte[] packet) {
        final int headers = Math.min(packet.length, 40);
        outbound.clear();
        outbound.header.putBytes(0, packet, 0, headers);
        outbound.headerLength = headers;
        if (packet.length > headers) {
            text.putBytes(0, packet, headers, packet.length - headers);
            outbound.addPiece(text.addressOffset(), packet.length - headers);
        }
        if (!device.transmit(outbound)) {
            throw new DeviceException("the kernel does not take the packet of " + packet.length + " bytes");
        }
    }

    /** Packets that the kernel has sent and nobody has taken; any thread. Times are of {@code System.nanoTime()}. */
    ConcurrentLinkedQueue<VirtualStack.Sent> sent() {
        return sent;
    }

    /** As {@link PrivateNetwork#socket}. */
    int socket(final int domain, final int type, final int protocol) {
        return network.socket(domain, type, protocol);
    }

    /**
     * Sets a kernel parameter inside.
     *
     * @throws IllegalArgumentException it is unknown, not one of the network's own, or does not take the value
     */
    void sysctl(final String name, final String value) {
        if (!name.matches("net\\.[a-z0-9_.]+")) {
            throw new IllegalArgumentException("unknown setting " + name);
        }
        final String file = "/proc/sys/" + name.replace('.', '/');
        final String problem = attempt(List.of("sh", "-c", "printf '%s\\n' \"$1\" >\"$2\"", "sysctl", value, file));
        if (!problem.isEmpty()) {
            throw new IllegalArgumentException("the kernel refuses '" + value + "' (" + problem + ")");
        }
    }

    private void run(final List<String> command) {
        final String problem = attempt(command);
        if (!problem.isEmpty()) {
            throw new DeviceException(String.join(" ", command) + ": " + problem);
        }
    }

    /** What a command inside complains about; empty when it succeeds. */
    private String attempt(final List<String> command) {
        final Process process = network.runCommand(new ProcessBuilder(new ArrayList<>(command))
                .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                .redirectErrorStream(true));
        try (InputStream output = process.getInputStream()) {
            final String words = new String(output.readAllBytes(), StandardCharsets.UTF_8).strip();
            final int code = process.waitFor();
            return code == 0
                    ? ""
                    : words.isEmpty() ? "exit code " + code : words.substring(words.lastIndexOf('\n') + 1);
        } catch (final IOException unreadable) {
            return String.valueOf(unreadable.getMessage());
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    @Override
    public void close() {
        closed = true;
        device.wakeUp();
        try {
            reader.join();
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        device.close();
        network.close();
    }
}
