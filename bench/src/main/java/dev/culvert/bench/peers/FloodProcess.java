package dev.culvert.bench.peers;

import dev.culvert.bench.churn.Exchange;
import dev.culvert.kit.packet.Endpoints;
import dev.culvert.kit.peer.Flood;
import dev.culvert.kit.peer.Flooder;
import dev.culvert.tun.device.DeviceException;
import dev.culvert.tun.device.InterfaceAddress;
import dev.culvert.tun.device.PacketHandler;
import dev.culvert.tun.device.TunDevice;
import dev.culvert.tun.device.TunOptions;
import dev.culvert.wire.IpAddress;
import dev.culvert.wire.OutboundPacket;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * {@link Flooder}s in a process of its own, in the client's network: {@code INTERFACE OWN HOST SEED}. It sends over an interface
 * of its own, from which the kernel forwards. Says {@code ready}; to the line {@code KIND[,KIND...] TARGET INTERFACE} it says
 * {@code flooding} once it has its connections to the server, and then it sends to the target, each kind in turn. Of the packets that the server reads
 * from that interface it makes half, the other half being the honest ones, until the next line comes. Then it says how many it has
 * sent. Bounded by {@value #MOST_PACKETS} packets a line.
 */
final class FloodProcess {
    /** The server whose clients suffer. */
    static final String SERVER = "10.88.0.2";

    private static final int MOST_PACKETS = 2_000_000;
    private static final int PER_ROUND = 32;
    private static final int FIRST_PORT = 1_000;
    private static final long REST_NS = 50_000;
    private static final long PATIENCE_NS = 5_000_000_000L;
    private static final int TX_PACKETS = 9;
    private static final int TX_DROPPED = 11;

    private final TunDevice device;
    private final IpAddress own;
    private final Random random;
    private final OutboundPacket packet = new OutboundPacket();
    private final PacketHandler reader;
    private List<Flooder> flooders = List.of();
    private int port = FIRST_PORT;

    private FloodProcess(final TunDevice device, final IpAddress own, final long seed) {
        this.device = device;
        this.own = own;
        random = new Random(seed);
        reader = (buffer, offset, length, metadata) -> {
            final byte[] bytes = new byte[length];
            buffer.getBytes(offset, bytes);
            flooders.forEach(flooder -> flooder.onPacket(bytes));
        };
    }

    /** Floods as it is told until its input ends. */
    public static void main(final String[] args) throws IOException {
        try (TunDevice device = TunDevice.attach(TunOptions.DEFAULT
                        .withName(args[0])
                        .withOffload(false)
                        .withStackAddresses(List.of(InterfaceAddress.parse(args[1] + "/24")))
                        .withHostAddresses(List.of(InterfaceAddress.parse(args[2] + "/24"))));
                BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            final FloodProcess process = new FloodProcess(device, IpAddress.parse(args[1]), Long.parseLong(args[3]));
            System.out.println("ready");
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                process.flood(line.split(" ", -1), input);
            }
        }
    }

    private void flood(final String[] words, final BufferedReader input) throws IOException {
        flooders = Arrays.stream(words[0].split(",", -1))
                .map(Flood::valueOf)
                .map(this::flooder)
                .toList();
        flooders.forEach(this::open);
        final IpAddress target = IpAddress.parse(words[1]);
        flooders.forEach(flooder -> flooder.divert(target));
        final boolean elsewhere = !words[1].equals(SERVER);
        final long before = readOf(words[2]);
        System.out.println("flooding");
        final boolean acknowledges =
                words[0].contains(Flood.TINY_WINDOWS.name()) || words[0].contains(Flood.SACKS.name());
        int sent = 0;
        while (!input.ready()) {
            final long read = readOf(words[2]) - before;
            final long due = Math.min(MOST_PACKETS, elsewhere ? read : read / 2) - sent;
            for (int i = 0; i < Math.min(due, PER_ROUND); i++) {
                flooders.get(sent++ % flooders.size()).harm();
            }
            if (acknowledges) {
                receive();
            }
            if (due <= 0) {
                LockSupport.parkNanos(REST_NS);
            }
        }
        final long honest = readOf(words[2]) - before - (elsewhere ? 0 : sent);
        input.readLine();
        System.out.println(sent + " " + honest);
        receive();
        flooders.forEach(Flooder::close);
    }

    private Flooder flooder(final Flood kind) {
        final int toPort = switch (kind) {
            case NONE, SYNS -> Exchange.SERVER_CLOSES;
            case SMALL_SEGMENTS, GAPS, BACKWARDS -> Exchange.SINK;
            case TINY_WINDOWS, SACKS -> Exchange.SOURCE;
        };
        final Endpoints ends = new Endpoints(own, port++, IpAddress.parse(SERVER), toPort);
        return new Flooder(kind, ends, random, this::transmit);
    }

    private void open(final Flooder flooder) {
        final long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (!flooder.isOpen()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new DeviceException("no SYN-ACK for the flood");
            }
            flooder.open();
            device.await(PATIENCE_NS / 100);
            receive();
        }
    }

    private void receive() {
        while (device.receive(reader, PER_ROUND) == PER_ROUND) {
            // what has come before is old news
        }
    }

    private void transmit(final byte[] bytes) {
        packet.clear().header.putBytes(0, bytes);
        packet.headerLength = bytes.length;
        device.transmit(packet);
    }

    /** Packets that the server has taken from its interface, or has lost there (proc(5), /proc/net/dev). */
    private static long readOf(final String device) throws IOException {
        for (final String line : Files.readAllLines(Path.of("/proc/net/dev"))) {
            final String text = line.strip();
            if (text.startsWith(device + ":")) {
                final String[] fields =
                        text.substring(device.length() + 1).strip().split(" +", -1);
                return Long.parseLong(fields[TX_PACKETS]) + Long.parseLong(fields[TX_DROPPED]);
            }
        }
        throw new DeviceException("no interface " + device);
    }
}
