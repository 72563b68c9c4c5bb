package dev.culvert.tun;

import dev.culvert.env.Entropy;
import dev.culvert.env.Secrets;
import dev.culvert.env.StackException;
import dev.culvert.shard.ShardConfig;
import dev.culvert.tcp.Probe;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpPreset;
import dev.culvert.tcp.TimeWaitOverflow;
import dev.culvert.tun.device.PacketDevice;
import dev.culvert.wire.IpAddress;
import io.netty.buffer.ByteBufAllocator;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Collects what a {@link CulvertStack} needs; a device and an address are enough. Not thread-safe. */
public final class CulvertStackBuilder {
    /** How long an idle loop looks for packets before it sleeps, in ns; with one core it does not. */
    public static final long DEFAULT_SPIN_NS = 30_000;

    final List<IpAddress> addresses = new ArrayList<>();
    List<PacketDevice> devices = List.of();
    String name = "culvert";
    TcpConfig tcp = TcpConfig.DEFAULT;
    long memoryLimitBytes;
    int ephemeralLow;
    int ephemeralHigh;
    int maxTimeWait;
    TimeWaitOverflow timeWaitOverflow = TimeWaitOverflow.DROP_NEW;
    int maxHalfOpen;
    private LongSupplier clock = System::nanoTime;
    long spinNs = Runtime.getRuntime().availableProcessors() > 1 ? DEFAULT_SPIN_NS : 0;
    ByteBufAllocator allocator = ByteBufAllocator.DEFAULT;
    StackMonitor monitor = StackMonitor.NONE;
    Probe probe = Probe.NONE;
    private Entropy entropy;
    private KeptSecret keptSecret;

    CulvertStackBuilder() {}

    /** Where packets come from and go to. The stack closes it. */
    public CulvertStackBuilder device(final PacketDevice value) {
        return devices(value == null ? List.of() : List.of(value));
    }

    /**
     * The same in several queues, 1 to 16, each of which gets a thread and a share of the connections, of the ports for each
     * destination and of every limit. Handlers, acceptors, monitor and probe are then called on all of these threads, each
     * connection's always on the same one.
     */
    public CulvertStackBuilder devices(final List<? extends PacketDevice> queues) {
        devices = List.copyOf(queues);
        return this;
    }

    /** Adds an address of the stack, IPv4 or IPv6, as text. */
    public CulvertStackBuilder address(final String text) {
        return address(IpAddress.parse(text));
    }

    /** Adds an address of the stack. */
    public CulvertStackBuilder address(final IpAddress value) {
        addresses.add(value);
        return this;
    }

    /** Name of the stack and of its thread. */
    public CulvertStackBuilder name(final String value) {
        name = value;
        return this;
    }

    /** What connections start from. */
    public CulvertStackBuilder tcp(final TcpConfig value) {
        tcp = value;
        return this;
    }

    /** Deals with TIME-WAIT and with silent peers as others do; what is set after this wins. */
    public CulvertStackBuilder preset(final TcpPreset value) {
        maxTimeWait = value.maxTimeWait();
        timeWaitOverflow = value.timeWaitOverflow();
        return tcp(value.apply(tcp));
    }

    /** Maximum segment lifetime in ms, 1 to 600,000: TIME-WAIT lasts twice as long. */
    public CulvertStackBuilder mslMs(final int value) {
        tcp = tcp.with().mslMs(value).build();
        return this;
    }

    /** Most off-heap memory for payload and rows, in bytes, at least 1 MiB. */
    public CulvertStackBuilder memoryLimitBytes(final long value) {
        memoryLimitBytes = value;
        return this;
    }

    /** Range of ports for connections that name none, both inclusive. */
    public CulvertStackBuilder ephemeralPorts(final int low, final int high) {
        ephemeralLow = low;
        ephemeralHigh = high;
        return this;
    }

    /** TIME-WAIT rows at most; 0, the default: as many as the memory limit can hold, up to 16 million. */
    public CulvertStackBuilder maxTimeWait(final int rows) {
        maxTimeWait = rows;
        return this;
    }

    /** What happens beyond {@link #maxTimeWait}. */
    public CulvertStackBuilder timeWaitOverflow(final TimeWaitOverflow value) {
        timeWaitOverflow = value;
        return this;
    }

    /** Half-open rows at most. */
    public CulvertStackBuilder maxHalfOpen(final int rows) {
        maxHalfOpen = rows;
        return this;
    }

    /**
     * How long an idle loop of {@link CulvertStack#start} looks for packets before it sleeps, in ns; 0: sleeps at once. It does so while
     * that pays: after some pauses that were longer it sleeps at once, until one is shorter again. 20,000 to 50,000 are sensible.
     *
     * @throws IllegalArgumentException when it is negative
     */
    public CulvertStackBuilder spinNs(final long value) {
        if (value < 0) {
            throw new IllegalArgumentException("a stack cannot look for packets for " + value + " ns");
        }
        spinNs = value;
        return this;
    }

    /** Where buffers for received text come from; must give direct ones. */
    public CulvertStackBuilder allocator(final ByteBufAllocator value) {
        allocator = value;
        return this;
    }

    /** Hears of connections and failures. */
    public CulvertStackBuilder monitor(final StackMonitor value) {
        monitor = value;
        return this;
    }

    /** Watches the stack from inside, such as a trace of state changes. */
    public CulvertStackBuilder probe(final Probe value) {
        probe = value;
        return this;
    }

    /** Where the keys come from; {@link SecureRandom} unless set. */
    public CulvertStackBuilder entropy(final Entropy value) {
        entropy = value;
        return this;
    }

    /**
     * Where keys and clock come from when they are to outlive the stack (RFC 9293 §3.4.3); instead of {@link #entropy}. The
     * caller closes it after the stack.
     */
    public CulvertStackBuilder keptSecret(final KeptSecret value) {
        keptSecret = value;
        return this;
    }

    /**
     * Monotonic time in ns, {@link System#nanoTime} unless set; instead of {@link #keptSecret}, which has a clock of its own. With
     * a clock of yours, drive the stack by {@link CulvertStack#doWork}: {@link CulvertStack#await} sleeps in the machine's time.
     */
    public CulvertStackBuilder clock(final LongSupplier value) {
        clock = value;
        return this;
    }

    /**
     * The stack, not yet running: {@link CulvertStack#start} gives it a thread, or your loop calls
     * {@link CulvertStack#doWork}.
     *
     * @throws StackException when something is missing or out of range; the message says what
     */
    public CulvertStack build() {
        if (devices.isEmpty()) {
            throw new StackException("a stack needs a device: builder.device(TunDevice.attach(...))");
        }
        try {
            return new CulvertStack(this, shardConfig());
        } catch (final IllegalArgumentException outOfRange) {
            throw new StackException(outOfRange.getMessage());
        }
    }

    private ShardConfig shardConfig() {
        final ShardConfig base = ShardConfig.of(addresses.toArray(new IpAddress[0]));
        final PacketDevice device = devices.get(0);
        final long memory = memoryLimitBytes == 0 ? base.memoryLimitBytes() : memoryLimitBytes;
        return base.withMtu(device.mtu(), device.mtu())
                .withOffload(device.offloads())
                .with()
                .memoryLimitBytes(memory)
                .ephemeralLow(ephemeralLow == 0 ? base.ephemeralLow() : ephemeralLow)
                .ephemeralHigh(ephemeralHigh == 0 ? base.ephemeralHigh() : ephemeralHigh)
                .maxTimeWait(maxTimeWait == 0 ? ShardConfig.mostTimeWait(memory) : maxTimeWait)
                .timeWaitOverflow(timeWaitOverflow)
                .maxHalfOpen(maxHalfOpen == 0 ? base.maxHalfOpen() : maxHalfOpen)
                .tcp(tcp)
                .build();
    }

    /** The stack's clock in ns. */
    LongSupplier clock() {
        return keptSecret == null ? clock : keptSecret::nowNs;
    }

    Secrets secrets() {
        if (keptSecret != null) {
            return new Secrets(keptSecret.entropy());
        }
        return new Secrets(entropy == null ? new SecureRandom()::nextLong : entropy);
    }
}
